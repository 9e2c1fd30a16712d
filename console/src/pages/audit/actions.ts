/** What is recorded in the audit. An action that this console does not know yet is shown as it is. */
import type { TextKey, Translate } from "@/text/text";
import { AUDIT_ACTIONS } from "./action-names";

export function actionText(action: string, text: Translate): string {
  const known = AUDIT_ACTIONS.find((each) => each === action);
  return known ? text(`audit.action.${known}`) : action;
}

const ACTORS = ["anonymous", "service", "system"] as const;

/** What the platform does by itself is done in this name, where an account is asked for. */
const PLATFORM_ID = "system";

/** Who acted, where it was nobody with a name. A service's id is its name. */
export function actorText({ kind, id }: { kind: string; id?: string | null }, text: Translate): string {
  if (id === PLATFORM_ID) return text("audit.actor.system");
  if (kind === "service" && id) return id;
  const known = ACTORS.find((each) => each === kind);
  return known ? text(`audit.actor.${known}`) : id || kind;
}

const SUBJECTS = [
  "acceptance",
  "account",
  "annotator",
  "api-key",
  "dataset",
  "job",
  "label",
  "letter",
  "member",
  "samples",
  "session",
  "source",
  "team",
  "version",
] as const;

/** What sort of thing an act was about. */
export function subjectText(kind: string, text: Translate): string {
  const known = SUBJECTS.find((each) => each === kind);
  return known ? text(`audit.subject.${known}`) : kind;
}

const DETAILS = [
  "accepted",
  "changed",
  "count",
  "delete_source",
  "expires_at",
  "format",
  "from",
  "images",
  "job_ids",
  "method",
  "named",
  "outcome",
  "overwrite",
  "provider",
  "reason",
  "rejected",
  "role",
  "sample",
  "samples",
  "scopes",
  "to",
  "with_images",
] as const;

/** What else is known of an act, as `name: value`. Ids say nothing to people: those of accounts become names, others are
 * left to the API, and so is what is nested. */
export function detailLines(
  detail: Readonly<Record<string, unknown>>,
  text: Translate,
  names: ReadonlyMap<string, string>,
): string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    const told = valueText(name, value, text, names);
    if (told === "" || name.endsWith("_id") || name === "selection") return [];
    const known = DETAILS.find((each) => each === name);
    return [`${known ? text(`audit.detail.${known}`) : name.replaceAll("_", " ")}: ${told}`];
  });
}

const VALUES: Readonly<Record<string, TextKey>> = {
  admin: "accounts.role.admin",
  annotator: "accounts.role.annotator",
  member: "accounts.role.member",
  labeler: "members.role.labeler",
  reviewer: "members.role.reviewer",
  manager: "members.role.manager",
  link: "audit.method.link",
  password: "audit.method.password",
  accept_all: "acceptance.outcome.accept_all",
  reject_all: "acceptance.outcome.reject_all",
  accept_rest: "acceptance.outcome.accept_rest",
  reject_rest: "acceptance.outcome.reject_rest",
};
const WITH_KNOWN_VALUES = new Set(["role", "from", "to", "method", "outcome"]);

function valueText(name: string, value: unknown, text: Translate, names: ReadonlyMap<string, string>): string {
  if (typeof value === "boolean") return text(value ? "audit.yes" : "audit.no");
  if (typeof value === "number") return text("number.plain", { value });
  const known = WITH_KNOWN_VALUES.has(name) ? VALUES[String(value)] : undefined;
  if (known) return text(known);
  if (typeof value === "string") return name === "expires_at" ? value.slice(0, 10) : (names.get(value) ?? value);
  if (!Array.isArray(value)) return "";
  if (name === "job_ids") return text("number.plain", { value: value.length });
  return value.filter((each): each is string => typeof each === "string").join(", ");
}
