/** Sources: object stores, and who may make datasets on which of their buckets. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";

export type SourceSummary = Schemas["SourceSummary"];
export type Source = Schemas["ObjectSourceView"];
export type NewSource = Schemas["NewSource"];
export type SourceChanges = Schemas["SourceChanges"];
export type SourceTried = Schemas["SourceTriedView"];
export type GrantedTo = Source["granted_to"];

/** The platform's own object store, which cannot be deleted, and whose address is in the operator's settings. */
export const OWN_STORE = "platform";

const sourcesKey = ["sources"] as const;
const of = (sourceId: string) => ({ path: { source_id: sourceId } });

export const allSourcesQuery = queryOptions({
  queryKey: [...sourcesKey, "all"],
  queryFn: (): Promise<SourceSummary[]> =>
    everything((cursor, limit) =>
      reply(api.GET("/api/v1/sources", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
    ),
});

/** For administrators. */
export function sourceQuery(sourceId: string) {
  return queryOptions({
    queryKey: [...sourcesKey, "one", sourceId],
    queryFn: (): Promise<Source> => reply(api.GET("/api/v1/sources/{source_id}", { params: of(sourceId) })),
  });
}

function useSourceMutation<T, R>(mutationFn: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: sourcesKey }) });
}

export function useCreateSource() {
  return useSourceMutation((body: NewSource): Promise<Source> => reply(api.POST("/api/v1/sources", { body })));
}

/** Refused with 412 if somebody has changed it since it was read. */
export function useChangeSource(source: Source) {
  return useSourceMutation(
    (body: SourceChanges): Promise<Source> =>
      reply(
        api.PATCH("/api/v1/sources/{source_id}", {
          params: of(source.id),
          body,
          headers: { "If-Match": `"${source.version}"` },
        }),
      ),
  );
}

export function useDeleteSource() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (sourceId: string) => reply(api.DELETE("/api/v1/sources/{source_id}", { params: of(sourceId) })),
    onSuccess: () => queries.invalidateQueries({ queryKey: allSourcesQuery.queryKey }),
  });
}

export function useTestSource() {
  return useMutation({
    mutationFn: (sourceId: string): Promise<SourceTried> =>
      reply(api.POST("/api/v1/sources/{source_id}:test", { params: of(sourceId) })),
  });
}
