/** One's own API keys. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";

export type ApiKey = Schemas["ApiKeyView"];
export type NewApiKey = Schemas["NewApiKey"];
export type MadeApiKey = Schemas["NewApiKeyView"];
export type KeyScope = Schemas["KeyScope"];

export const SCOPES = ["read", "label", "manage"] as const satisfies readonly KeyScope[];
const keysKey = ["me", "api-keys"] as const;

export const apiKeysQuery = queryOptions({
  queryKey: keysKey,
  queryFn: (): Promise<ApiKey[]> =>
    everything((cursor, limit) =>
      reply(api.GET("/api/v1/me/api-keys", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
    ),
});

export function useCreateApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewApiKey): Promise<MadeApiKey> => reply(api.POST("/api/v1/me/api-keys", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysKey }),
    // The secret is not kept longer than it is shown.
    gcTime: 0,
  });
}

export function useDeleteApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) =>
      reply(api.DELETE("/api/v1/me/api-keys/{key_id}", { params: { path: { key_id: keyId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysKey }),
  });
}
