/** Images of a dataset: deleting and restoring them, and sending new ones. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { datasetsKey } from "./datasets";
import type { Operation } from "./operations";

export type Sample = Schemas["SampleView"];
export type Touched = Schemas["TouchedSamplesView"];

const of = (datasetId: string) => ({ path: { dataset_id: datasetId } });

const SAMPLES_A_PAGE = 200;

export const samplesKey = (datasetId: string) => [...datasetsKey, datasetId, "samples"] as const;

/** The images that are there, the newest first, page by page. */
export function samplesQuery(datasetId: string) {
  return infiniteQueryOptions({
    queryKey: samplesKey(datasetId),
    queryFn: ({ pageParam }) =>
      reply(
        api.GET("/api/v1/datasets/{dataset_id}/samples", {
          params: {
            ...of(datasetId),
            query: { sort: "-added", limit: SAMPLES_A_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
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

/** Asks where to put files, puts them there, and tells how far it is. Raises Problem, or UploadFailed. */
export async function upload(datasetId: string, files: readonly File[], onFile: (done: number) => void): Promise<void> {
  const asked = files.map((file) => ({ path: file.name, size: file.size, media_type: file.type || null }));
  const { items: tickets } = await reply(
    api.POST("/api/v1/datasets/{dataset_id}/uploads", { params: of(datasetId), body: { files: asked as never } }),
  );
  let done = 0;
  const left = files.map((file, index) => ({ file, ticket: tickets[index] }));
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { file, ticket } = next;
      if (ticket === undefined) throw new UploadFailed(file.name);
      // Straight to the object store: the address is signed, and no cookie goes there.
      const answer = await fetch(ticket.url, {
        method: "PUT",
        headers: ticket.headers,
        body: file,
        credentials: "omit",
      });
      if (!answer.ok) throw new UploadFailed(file.name);
      done += 1;
      onFile(done);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
}

export class UploadFailed extends Error {
  override readonly name = "UploadFailed";

  constructor(readonly file: string) {
    super(`The object store refused ${file}.`);
  }
}
