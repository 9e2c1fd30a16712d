/** Datasets: where the images come from. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import type { Operation } from "./operations";

export type Dataset = Schemas["DatasetView"];
export type NewDataset = Schemas["NewDataset"];
export type DatasetChanges = Schemas["DatasetChanges"];

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

const of = (datasetId: string) => ({ path: { dataset_id: datasetId } });

export function datasetQuery(datasetId: string) {
  return queryOptions({
    queryKey: [...datasetsKey, datasetId],
    queryFn: (): Promise<Dataset> => reply(api.GET("/api/v1/datasets/{dataset_id}", { params: of(datasetId) })),
  });
}

/** Refused with 412 if somebody has changed it since it was read. */
export function useChangeDataset() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ dataset, changes }: { dataset: Dataset; changes: DatasetChanges }): Promise<Dataset> =>
      reply(
        api.PATCH("/api/v1/datasets/{dataset_id}", {
          params: of(dataset.id),
          body: changes,
          headers: { "If-Match": `"${dataset.version}"` },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: datasetsKey }),
  });
}

export function datasetDeletionQuery(datasetId: string) {
  return queryOptions({
    queryKey: [...datasetsKey, datasetId, "deletion"],
    queryFn: async () =>
      (await reply(
        api.DELETE("/api/v1/datasets/{dataset_id}", { params: { ...of(datasetId), query: { dry_run: true } } }),
      )) as Schemas["TouchedView"],
    gcTime: 0,
  });
}

export async function deleteDataset(datasetId: string): Promise<Operation> {
  return (await reply(api.DELETE("/api/v1/datasets/{dataset_id}", { params: of(datasetId) }))) as Operation;
}

/** Its operation's result says what changed. */
export function synchronizeDataset(datasetId: string): Promise<Operation> {
  return reply(api.POST("/api/v1/datasets/{dataset_id}:sync", { params: of(datasetId) }));
}

/** A dataset of example images; the operation, whose result names it, puts them into the platform's own store. */
export function makeExampleDataset(): Promise<Operation> {
  return reply(api.POST("/api/v1/datasets:example"));
}
