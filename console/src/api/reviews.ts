/** Reviewing: what reviewers say of images that were labeled. */

import type { Verdict } from "@/labeling/edits";
import { asked, type Filter } from "@/labeling/filters";
import { api, reply } from "./client";
import { type Outcome, outcomeOf, type Sending } from "./items";
import type { Operation } from "./operations";

const of = (jobId: string) => ({ path: { job_id: jobId } });

/** The outcome, also when it takes an operation; sent twice with one key it is done once. */
export async function reviewItems(
  jobId: string,
  ids: readonly string[],
  verdict: Verdict,
  { key, expect = {} }: Sending,
): Promise<Outcome> {
  const answer = await reply(
    api.POST("/api/v1/jobs/{job_id}/items:review", {
      params: of(jobId),
      body: { sample_ids: [...ids], ...verdict, expect },
      headers: { "Idempotency-Key": key },
    }),
  );
  return outcomeOf(answer);
}

/** Everything that matches; little of it is done at once. */
export function reviewMatching(jobId: string, filter: Filter, verdict: Verdict): Promise<Outcome | Operation> {
  return reply(
    api.POST("/api/v1/jobs/{job_id}/items:review", { params: of(jobId), body: { filter: asked(filter), ...verdict } }),
  );
}
