/** Images of a dataset: deleting and restoring them. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { datasetsKey } from "./datasets";
import type { Operation } from "./operations";

export type Sample = Schemas["SampleView"];
export type Touched = Schemas["TouchedSamplesView"];

const of = (datasetId: string) => ({ path: { dataset_id: datasetId } });

const SAMPLES_A_PAGE = 200;

export const samplesKey = (datasetId: string) => [...datasetsKey, datasetId, "samples"] as const;

interface SamplesWanted {
  sort: "added" | "-added" | "path" | "-path";
  /** The beginning of the path when it ends in `*`, else a part of it. */
  path?: string | undefined;
}

/** The images that are there, page by page. */
export function samplesQuery(datasetId: string, { sort, path }: SamplesWanted) {
  return infiniteQueryOptions({
    queryKey: [...samplesKey(datasetId), sort, path ?? null],
    queryFn: ({ pageParam }) =>
      reply(
        api.GET("/api/v1/datasets/{dataset_id}/samples", {
          params: {
            ...of(datasetId),
            query: {
              sort,
              limit: SAMPLES_A_PAGE,
              ...(path ? { path } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** What was deleted and can be restored for a while, the newest first. */
export function trashQuery(datasetId: string) {
  return infiniteQueryOptions({
    queryKey: [...datasetsKey, datasetId, "trash"],
    queryFn: ({ pageParam }) =>
      reply(
        api.GET("/api/v1/datasets/{dataset_id}/samples", {
          params: {
            ...of(datasetId),
            query: {
              deleted: true,
              sort: "-added",
              limit: SAMPLES_A_PAGE,
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Where an image is; with its ETag it may be kept for as long as one likes. */
export function pictureOf(datasetId: string, sample: Sample, size: number | null): string {
  const place = `/api/v1/datasets/${encodeURIComponent(datasetId)}/samples/${encodeURIComponent(sample.id)}`;
  const etag = `etag=${encodeURIComponent(sample.etag)}`;
  return size === null ? `${place}/content?${etag}` : `${place}/thumbnail?size=${size}&${etag}`;
}

export async function touchedByDeletion(
  datasetId: string,
  sampleIds: readonly string[],
  source: boolean,
): Promise<Touched> {
  return (await reply(
    api.POST("/api/v1/datasets/{dataset_id}/samples:delete", {
      params: { ...of(datasetId), query: { dry_run: true } },
      body: { sample_ids: [...sampleIds], delete_source: source },
    }),
  )) as Touched;
}

export async function deleteSamples(
  datasetId: string,
  sampleIds: readonly string[],
  source: boolean,
): Promise<Operation> {
  return (await reply(
    api.POST("/api/v1/datasets/{dataset_id}/samples:delete", {
      params: of(datasetId),
      body: { sample_ids: [...sampleIds], delete_source: source },
    }),
  )) as Operation;
}

export function restoreSamples(datasetId: string, sampleIds: readonly string[]): Promise<Operation> {
  return reply(
    api.POST("/api/v1/datasets/{dataset_id}/samples:restore", {
      params: of(datasetId),
      body: { sample_ids: [...sampleIds] },
    }),
  );
}

export class UploadFailed extends Error {
  override readonly name = "UploadFailed";

  constructor(readonly file: string) {
    super(`The object store refused ${file}.`);
  }
}

/** The console's Content-Security-Policy does not name the object store: the browser sends nothing there. */
export class StoreNotAllowed extends Error {
  override readonly name = "StoreNotAllowed";

  constructor(readonly origin: string) {
    super(`The console may not send files to ${origin}.`);
  }
}
