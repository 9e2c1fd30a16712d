/** Datasets: where the images come from. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";

export type Dataset = Schemas["DatasetView"];
export type NewDataset = Schemas["NewDataset"];

export const datasetsKey = ["datasets"] as const;

export const allDatasetsQuery = queryOptions({
  queryKey: [...datasetsKey, "all"],
  queryFn: (): Promise<Dataset[]> =>
    everything((cursor, limit) =>
      reply(api.GET("/api/v1/datasets", { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
    ),
});

export function useCreateDataset() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewDataset): Promise<Dataset> => reply(api.POST("/api/v1/datasets", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: datasetsKey }),
  });
}
