/** What the audit tells of. An action that this console does not know yet is shown as it is. */
import type { AuditAction } from "@/api/audit";
import type { Translate } from "@/text/text";

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
  "role-changed",
  "owner-changed",
  "team-created",
  "team-changed",
  "member-added",
  "member-removed",
  "invited",
  "invitation-accepted",
  "exported",
  "deleted",
  "restored",
  "job-completed",
  "job-reopened",
  "labels-merged",
  "source-created",
  "source-changed",
] as const satisfies readonly AuditAction[];

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
  "job-completed",
  "job-reopened",
  "labels-merged",
] as const satisfies readonly AuditAction[];

export function actionText(action: string, text: Translate): string {
  const known = AUDIT_ACTIONS.find((each) => each === action);
  return known ? text(`audit.action.${known}`) : action;
}

/** What else is known of an act, as `name: value`; what is nested is left to the API. */
export function detailLines(detail: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    if (value === null || value === "" || typeof value === "object") return [];
    return [`${name.replaceAll("_", " ")}: ${String(value)}`];
  });
}
