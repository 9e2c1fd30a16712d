/** Imports of a dataset, and its synchronizations: starting, following, and their historical records. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { datasetsKey } from "./datasets";
import { pagesQuery } from "./paging";

export type Import = Schemas["ImportView"];
export type NewImport = Schemas["NewImport"];
export type ImportMode = Schemas["ImportMode"];
export type LabelingStatus = Schemas["LabelingStatus"];
export type SynchronizationRecord = Schemas["SynchronizationView"];

const of = (datasetId: string) => ({ path: { dataset_id: datasetId } });
const one = (datasetId: string, importId: string) => ({ path: { dataset_id: datasetId, import_id: importId } });
const SOON_MS = 500;

export function startImport(datasetId: string, body: NewImport, dryRun: boolean): Promise<Import> {
  return reply(
    api.POST("/api/v1/datasets/{dataset_id}/imports", {
      params: { ...of(datasetId), query: dryRun ? { dry_run: true } : {} },
      body,
    }),
  );
}

export function hasImportEnded(record: Import): boolean {
  return record.state !== "queued" && record.state !== "running";
}

/** Read again soon, until it has ended. */
export function importQuery(datasetId: string, importId: string) {
  return queryOptions({
    queryKey: [...datasetsKey, datasetId, "imports", importId],
    queryFn: (): Promise<Import> =>
      reply(api.GET("/api/v1/datasets/{dataset_id}/imports/{import_id}", { params: one(datasetId, importId) })),
    refetchInterval: (query) => (query.state.data && hasImportEnded(query.state.data) ? false : SOON_MS),
  });
}

export function cancelImport(datasetId: string, importId: string): Promise<Import> {
  return reply(
    api.POST("/api/v1/datasets/{dataset_id}/imports/{import_id}:cancel", { params: one(datasetId, importId) }),
  );
}

/** Where all that was rejected can be downloaded. */
export function rejectedUrl(datasetId: string, importId: string): string {
  return `/api/v1/datasets/${encodeURIComponent(datasetId)}/imports/${encodeURIComponent(importId)}/rejected`;
}

/** Where all that a synchronization left out can be downloaded. */
export function leftOutUrl(datasetId: string, synchronizationId: string): string {
  const place = `/api/v1/datasets/${encodeURIComponent(datasetId)}/synchronizations`;
  return `${place}/${encodeURIComponent(synchronizationId)}/rejected`;
}

export function importsQuery(datasetId: string) {
  return pagesQuery([...datasetsKey, datasetId, "imports"], (at) =>
    reply(api.GET("/api/v1/datasets/{dataset_id}/imports", { params: { ...of(datasetId), query: at } })),
  );
}

export function synchronizationsQuery(datasetId: string) {
  return pagesQuery([...datasetsKey, datasetId, "synchronizations"], (at) =>
    reply(api.GET("/api/v1/datasets/{dataset_id}/synchronizations", { params: { ...of(datasetId), query: at } })),
  );
}
