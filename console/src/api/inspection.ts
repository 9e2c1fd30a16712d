/** What inspecting the images found: those that cannot be read, and those that are there more than once. */
import { api, reply, type Schemas } from "./client";
import { datasetsKey } from "./datasets";
import type { Operation } from "./operations";
import { pagesQuery } from "./paging";
import type { Touched } from "./samples";

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

interface Merge {
  keep: string;
  remove: readonly string[];
  carryLabels: boolean;
}

export async function touchedByMerge(datasetId: string, merge: Merge): Promise<Touched> {
  const params = { path: { dataset_id: datasetId }, query: { dry_run: true } };
  return (await reply(
    api.POST("/api/v1/datasets/{dataset_id}/duplicates:merge", { params, body: bodyOf(merge) }),
  )) as Touched;
}

/** Deletes the others; with their labels carried over, the kept image gets them in every job. */
export async function mergeDuplicates(datasetId: string, merge: Merge): Promise<Operation> {
  const params = { path: { dataset_id: datasetId } };
  return (await reply(
    api.POST("/api/v1/datasets/{dataset_id}/duplicates:merge", { params, body: bodyOf(merge) }),
  )) as Operation;
}

function bodyOf({ keep, remove, carryLabels }: Merge) {
  return { keep, remove: [...remove], carry_labels: carryLabels };
}

export function thumbnailOf(datasetId: string, sampleId: string): string {
  return `/api/v1/datasets/${encodeURIComponent(datasetId)}/samples/${encodeURIComponent(sampleId)}/thumbnail?size=256`;
}
