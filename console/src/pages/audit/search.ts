/** What of the audit is in its address. */
import type { AuditWanted } from "@/api/audit";
import { momentOf, oneOf, textOf } from "@/app/search";
import { AUDIT_ACTIONS } from "./action-names";

export function validateAuditSearch(search: Record<string, unknown>): AuditWanted {
  const action = oneOf(search.action, AUDIT_ACTIONS);
  const actor = textOf(search.actor);
  const after = momentOf(search.after);
  const before = momentOf(search.before);
  return {
    ...(action && { action }),
    ...(actor && { actor }),
    ...(after && { after }),
    ...(before && { before }),
  };
}
