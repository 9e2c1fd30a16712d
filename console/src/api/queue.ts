/** Whose work images are: a queue's are taken for half an hour and given back, and managers assign them. */
import { asked, type Filter } from "@/labeling/filters";
import { api, reply, type Schemas } from "./client";
import type { Outcome } from "./items";
import type { Operation } from "./operations";

export type Taken = Schemas["TakenView"];

const of = (jobId: string) => ({ path: { job_id: jobId } });

/** What one still holds comes first; every call renews the lease. */
export function takeNext(jobId: string, limit: number): Promise<Taken> {
  return reply(api.POST("/api/v1/jobs/{job_id}/items:next", { params: of(jobId), body: { limit } }));
}

/** With `skip` they are not offered to this person again. */
export function giveBack(jobId: string, ids: readonly string[], skip: boolean) {
  return reply(
    api.POST("/api/v1/jobs/{job_id}/items:release", { params: of(jobId), body: { sample_ids: [...ids], skip } }),
  );
}

/** These images, or everything that matches; null: nobody's. */
export function assign(
  jobId: string,
  images: readonly string[] | Filter,
  to: string | null,
): Promise<Outcome | Operation> {
  const chosen = "status" in images ? { filter: asked(images) } : { sample_ids: [...images] };
  return reply(api.POST("/api/v1/jobs/{job_id}/items:assign", { params: of(jobId), body: { ...chosen, to } }));
}
