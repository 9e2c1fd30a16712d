/** Where one is signed in. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";

export type SessionInfo = Schemas["SessionInfoView"];

export const sessionsKey = ["me", "sessions"] as const;

export const sessionsQuery = queryOptions({
  queryKey: sessionsKey,
  queryFn: (): Promise<SessionInfo[]> =>
    everything((cursor, limit) =>
      reply(api.GET("/api/v1/me/sessions", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
    ),
});

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string) =>
      reply(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: sessionId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsKey }),
  });
}

/** Signs out everywhere, here too. */
export function endAllSessions() {
  return reply(api.DELETE("/api/v1/me/sessions"));
}

export function allSessionsTouchedQuery() {
  return queryOptions({
    queryKey: ["removal", "sessions"],
    queryFn: () =>
      reply(api.DELETE("/api/v1/me/sessions", { params: { query: { dry_run: true } } })) as Promise<
        Schemas["TouchedSessionsView"]
      >,
    gcTime: 0,
  });
}
