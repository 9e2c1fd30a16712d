/** The audit: every security-relevant and destructive act, newest first. */
import { api, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type AuditEntry = Schemas["AuditEntryView"];

export type AuditAction = Schemas["AuditAction"];

export interface AuditWanted {
  action?: AuditAction;
  actor?: string;
  after?: string;
  before?: string;
}

/** Of one job, or of the whole platform. */
export function auditQuery(jobId: string | null, wanted: AuditWanted) {
  return pagesQuery(["audit", jobId, wanted], (at) =>
    jobId === null
      ? reply(api.GET("/api/v1/audit", { params: { query: { ...wanted, ...at } } }))
      : reply(
          api.GET("/api/v1/jobs/{job_id}/audit", {
            params: { path: { job_id: jobId }, query: { ...wanted, ...at } },
          }),
        ),
  );
}
