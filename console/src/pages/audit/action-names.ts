/** The actions that the audit can be filtered by: the address of every page is read with them. */
import type { AuditAction } from "@/api/audit";

/** Those that happen in a job. */
export const JOB_ACTIONS = [
  "role-changed",
  "owner-changed",
  "team-changed",
  "member-added",
  "member-removed",
  "invited",
  "invitation-accepted",
  "exported",
  "deleted",
  "restored",
  "job-created",
  "job-completed",
  "job-reopened",
  "acceptance-opened",
  "acceptance-finished",
  "labels-merged",
] as const satisfies readonly AuditAction[];

export const AUDIT_ACTIONS = [
  "sign-in",
  "sign-in-failed",
  "session-ended",
  "sessions-ended",
  "password-changed",
  "password-reset-sent",
  "email-change-asked",
  "email-changed",
  "provider-linked",
  "key-created",
  "key-deleted",
  "account-created",
  "account-changed",
  "account-disabled",
  "account-enabled",
  "team-created",
  "letter-read",
  "source-created",
  "source-changed",
  ...JOB_ACTIONS,
] as const satisfies readonly AuditAction[];
