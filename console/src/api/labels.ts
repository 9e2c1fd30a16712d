/** The label set of a job. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Label } from "@/labeling/items";
import { api, everything, type Page, reply } from "./client";

export const labelsKey = (jobId: string) => ["jobs", jobId, "labels"] as const;

export function labelsQuery(jobId: string) {
  return queryOptions({
    queryKey: labelsKey(jobId),
    queryFn: (): Promise<Label[]> =>
      everything(
        (cursor, limit) =>
          reply(
            api.GET("/api/v1/jobs/{job_id}/labels", {
              params: { path: { job_id: jobId }, query: { limit, ...(cursor ? { cursor } : {}) } },
            }),
          ) as Promise<Page<Label>>,
      ),
  });
}

export function useCreateLabel(jobId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string }) =>
      reply(api.POST("/api/v1/jobs/{job_id}/labels", { params: { path: { job_id: jobId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: labelsKey(jobId) }),
  });
}
