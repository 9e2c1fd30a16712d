/** Acceptance: a random sample of what is labeled, its judgement, and what that means for the rest. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Verdict } from "@/labeling/edits";
import { api, reply, type Schemas } from "./client";
import type { Operation } from "./operations";
import { pagesQuery } from "./paging";

export type Acceptance = Schemas["AcceptanceView"];
export type NewAcceptance = Schemas["AcceptanceBody"];
export type Sampled = Schemas["SampledItemView"];
export const OUTCOMES = ["accept_all", "accept_rest", "reject_rest", "reject_all"] as const;
export type AcceptanceOutcome = (typeof OUTCOMES)[number];

export const acceptancesKey = (jobId: string) => ["jobs", jobId, "acceptances"] as const;

const ofJob = (jobId: string) => ({ path: { job_id: jobId } });
const of = (jobId: string, id: string) => ({ path: { job_id: jobId, acceptance_id: id } });

/** Newest first: the first one may be open, and no other. */
export function acceptancesQuery(jobId: string) {
  return pagesQuery(acceptancesKey(jobId), (at) =>
    reply(api.GET("/api/v1/jobs/{job_id}/acceptances", { params: { ...ofJob(jobId), query: at } })),
  );
}

const PAGE = 200;

/** The images of the sample, with their judgements. */
export function sampledQuery(jobId: string, id: string) {
  return pagesQuery([...acceptancesKey(jobId), id, "items"], (at) =>
    reply(
      api.GET("/api/v1/jobs/{job_id}/acceptances/{acceptance_id}/items", {
        params: { ...of(jobId, id), query: { limit: PAGE, ...at } },
      }),
    ),
  );
}

function useChange<T, R>(jobId: string, mutationFn: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: acceptancesKey(jobId) }) });
}

export function useOpenAcceptance(jobId: string) {
  return useChange(jobId, (body: NewAcceptance) =>
    reply(api.POST("/api/v1/jobs/{job_id}/acceptances", { params: ofJob(jobId), body })),
  );
}

export function useJudge(jobId: string, id: string) {
  return useChange(jobId, ({ ids, verdict }: { ids: readonly string[]; verdict: Verdict }) =>
    reply(
      api.POST("/api/v1/jobs/{job_id}/acceptances/{acceptance_id}:judge", {
        params: of(jobId, id),
        body: { sample_ids: [...ids], ...verdict },
      }),
    ),
  );
}

export function finishAcceptance(
  jobId: string,
  id: string,
  outcome: AcceptanceOutcome,
  overwrite: boolean,
): Promise<Operation> {
  return reply(
    api.POST("/api/v1/jobs/{job_id}/acceptances/{acceptance_id}:finish", {
      params: of(jobId, id),
      body: { outcome, overwrite },
    }),
  );
}
