/** The label set of a job. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import type { Operation } from "./operations";

export type LabelView = Schemas["LabelView"];
export type LabelChange = Schemas["LabelChangeBody"];
export type NewLabel = Schemas["NewLabelBody"];

/** What a deletion or a merge would touch: items with every label that leaves, and images that would go with it. */
export interface LabelsTouched {
  items: number;
  labels: { label_id: string; name: string; count: number }[];
  images?: number;
}

export const labelsKey = (jobId: string) => ["jobs", jobId, "labels"] as const;

const ofJob = (jobId: string) => ({ path: { job_id: jobId } });
const ofLabel = (jobId: string, labelId: string) => ({ path: { job_id: jobId, label_id: labelId } });

export function labelsQuery(jobId: string) {
  return queryOptions({
    queryKey: labelsKey(jobId),
    queryFn: (): Promise<LabelView[]> =>
      everything((cursor, limit) =>
        reply(
          api.GET("/api/v1/jobs/{job_id}/labels", {
            params: { ...ofJob(jobId), query: { limit, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });
}

/** The images whose data brought labels for which the job has no room. */
export function leftOutQuery(jobId: string) {
  return infiniteQueryOptions({
    queryKey: ["jobs", jobId, "left-out-labels"],
    queryFn: ({ pageParam }) =>
      reply(
        api.GET("/api/v1/jobs/{job_id}/left-out-labels", {
          params: { ...ofJob(jobId), query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Labels that were left out come in, as far as the job has room for them now. */
export function useBringIn(jobId: string) {
  return useMutation({
    mutationFn: (): Promise<Operation> =>
      reply(api.POST("/api/v1/jobs/{job_id}/left-out-labels:bring-in", { params: ofJob(jobId) })),
  });
}

/** Every change of a label reads the label set anew. */
function useLabelsChange<T, R>(jobId: string, change: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    // Only the set itself: what a deletion or a merge would touch is not asked again once it is done.
    onSuccess: () => queries.invalidateQueries({ queryKey: labelsKey(jobId), exact: true }),
  });
}

export function useCreateLabel(jobId: string) {
  return useLabelsChange(jobId, (body: NewLabel) =>
    reply(api.POST("/api/v1/jobs/{job_id}/labels", { params: ofJob(jobId), body })),
  );
}

/** Refused with 412 if somebody has changed the label since it was read. */
export function useChangeLabel(jobId: string) {
  return useLabelsChange(jobId, ({ label, change }: { label: LabelView; change: LabelChange }) =>
    reply(
      api.PATCH("/api/v1/jobs/{job_id}/labels/{label_id}", {
        params: ofLabel(jobId, label.id),
        body: change,
        headers: { "If-Match": label.etag },
      }),
    ),
  );
}

export type ImagesOfLabel = "keep" | "delete";

export function labelDeletionQuery(jobId: string, labelId: string, images: ImagesOfLabel) {
  return queryOptions({
    queryKey: [...labelsKey(jobId), "deletion", labelId, images],
    queryFn: async () =>
      (await reply(
        api.DELETE("/api/v1/jobs/{job_id}/labels/{label_id}", {
          params: { ...ofLabel(jobId, labelId), query: { images, dry_run: true } },
        }),
      )) as unknown as LabelsTouched,
    gcTime: 0,
  });
}

export function useDeleteLabel(jobId: string) {
  return useLabelsChange(
    jobId,
    ({ labelId, images }: { labelId: string; images: ImagesOfLabel }): Promise<Operation> =>
      reply(
        api.DELETE("/api/v1/jobs/{job_id}/labels/{label_id}", {
          params: { ...ofLabel(jobId, labelId), query: { images } },
        }),
      ),
  );
}

interface Merge {
  from: string[];
  into: string;
}

export function mergeQuery(jobId: string, merge: Merge) {
  return queryOptions({
    queryKey: [...labelsKey(jobId), "merge", merge],
    queryFn: async () =>
      (await reply(
        api.POST("/api/v1/jobs/{job_id}/labels:merge", {
          params: { ...ofJob(jobId), query: { dry_run: true } },
          body: merge,
        }),
      )) as unknown as LabelsTouched,
    gcTime: 0,
  });
}

export function useMergeLabels(jobId: string) {
  return useLabelsChange(
    jobId,
    (body: Merge): Promise<Operation> =>
      reply(api.POST("/api/v1/jobs/{job_id}/labels:merge", { params: ofJob(jobId), body })),
  );
}
