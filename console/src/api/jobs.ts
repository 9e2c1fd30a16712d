/** Labeling jobs. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import type { Operation } from "./operations";

export type Job = Schemas["JobReply"];
export type NewJob = Schemas["NewJob"];
export type JobChanges = Schemas["JobChanges"];
export type TeamSettings = Pick<Schemas["TeamReply"], "assignment" | "overlap" | "review" | "labels_may_be_created">;
export type JobState = Schemas["State"];
export type JobSort = "added" | "-added" | "name" | "-name" | "progress" | "-progress";

export interface JobsWanted {
  tab?: "created" | "participating";
  type?: "image_classification";
  name?: string;
  state?: JobState;
  sort?: JobSort;
}

export const jobsKey = ["jobs"] as const;

/** The list of jobs, page by page. */
export function allJobsQuery(wanted: JobsWanted) {
  return infiniteQueryOptions({
    queryKey: [...jobsKey, "list", wanted],
    queryFn: ({ pageParam }) =>
      reply(api.GET("/api/v1/jobs", { params: { query: { ...wanted, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 5_000,
  });
}

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: [...jobsKey, jobId],
    queryFn: (): Promise<Job> => reply(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
    refetchInterval: (query) => (query.state.data?.state === "preparing" ? 500 : false),
  });
}

/** Every change of a job reads the lists anew. */
function useJobChange<T, R>(change: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: jobsKey }) });
}

export function useCreateJob() {
  return useJobChange((body: NewJob): Promise<Job> => reply(api.POST("/api/v1/jobs", { body })));
}

export function useCompleteJob() {
  return useJobChange((jobId: string) =>
    reply(api.POST("/api/v1/jobs/{job_id}:complete", { params: { path: { job_id: jobId } } })),
  );
}

export function useReopenJob() {
  return useJobChange((jobId: string) =>
    reply(api.POST("/api/v1/jobs/{job_id}:reopen", { params: { path: { job_id: jobId } } })),
  );
}

/** What is left out stays as it is, in `team` too. */
export function useChangeJob(jobId: string) {
  return useJobChange((body: JobChanges) =>
    reply(api.PATCH("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, body })),
  );
}

export function useDeleteJob() {
  return useJobChange((jobId: string) =>
    reply(api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
  );
}

export function jobDeletionQuery(jobId: string) {
  return queryOptions({
    queryKey: [...jobsKey, jobId, "deletion"],
    queryFn: () =>
      reply(
        api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId }, query: { dry_run: true } } }),
      ) as Promise<Schemas["DeletionPreview"]>,
    gcTime: 0,
  });
}

/** *Synchronize New Data*: the dataset's operation, whose result says what changed. */
export function synchronizeJob(jobId: string): Promise<Operation> {
  return reply(api.POST("/api/v1/jobs/{job_id}:sync", { params: { path: { job_id: jobId } } }));
}
