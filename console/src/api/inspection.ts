/** What inspecting the images found: those that cannot be read, and those that are there more than once. */
import { api, reply, type Schemas } from "./client";
import { datasetsKey } from "./datasets";
import { pagesQuery } from "./paging";

export type Duplicates = Schemas["DuplicatesView"];
export type DuplicateKind = Duplicates["kind"];

export const inspectionKey = (datasetId: string) => [...datasetsKey, datasetId, "inspection"] as const;

export function unreadableQuery(datasetId: string) {
  return pagesQuery([...inspectionKey(datasetId), "unreadable"], (at) =>
    reply(
      api.GET("/api/v1/datasets/{dataset_id}/samples", {
        params: { path: { dataset_id: datasetId }, query: { state: "unreadable", sort: "-added", ...at } },
      }),
    ),
  );
}

export function duplicatesQuery(datasetId: string, kind: DuplicateKind) {
  return pagesQuery([...inspectionKey(datasetId), "duplicates", kind], (at) =>
    reply(
      api.GET("/api/v1/datasets/{dataset_id}/duplicates", {
        params: { path: { dataset_id: datasetId }, query: { kind, limit: 50, ...at } },
      }),
    ),
  );
}

export function thumbnailOf(datasetId: string, sampleId: string): string {
  return `/api/v1/datasets/${encodeURIComponent(datasetId)}/samples/${encodeURIComponent(sampleId)}/thumbnail?size=256`;
}
