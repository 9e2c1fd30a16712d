import { expect, test } from "vitest";
import type { Translate } from "@/text/text";
import { JOB_ACTIONS } from "./action-names";
import { actionText, actorText, detailLines, subjectText } from "./actions";
import { validateAuditSearch } from "./search";
import { unnamedIn } from "./unnamed";

const told: Translate = (key, values) => (key === "number.plain" ? `${values?.value}` : key);

test("a known action is told in words, another one as it is", () => {
  expect(actionText("sign-in", told)).toBe("audit.action.sign-in");
  expect(actionText("teleported", told)).toBe("teleported");
});

test("details are told by name; what is empty or nested is left out", () => {
  const detail = { role: "reviewer", new_word: 7, reason: "", deep: { a: 1 }, by_whom: null, with_images: false };
  expect(detailLines(detail, told, new Map())).toEqual([
    "audit.detail.role: members.role.reviewer",
    "new word: 7",
    "audit.detail.with_images: audit.no",
  ]);
});

test("accounts are told by name, other ids are not told", () => {
  const detail = { from: "a1", to: "a2", session_id: "s1", job_ids: ["j1", "j2"], scopes: ["read", "label"] };
  expect(detailLines(detail, told, new Map([["a1", "Ada"]]))).toEqual([
    "audit.detail.from: Ada",
    "audit.detail.to: a2",
    "audit.detail.job_ids: 2",
    "audit.detail.scopes: read, label",
  ]);
});

test("what an act was about is told in words", () => {
  expect(subjectText("api-key", told)).toBe("audit.subject.api-key");
  expect(subjectText("spaceship", told)).toBe("spaceship");
});

test("an address holds only what can be asked for", () => {
  expect(validateAuditSearch({ action: JOB_ACTIONS[0], after: "2026-01-31T12:00:00Z", actor: "1" })).toEqual({
    action: JOB_ACTIONS[0],
    after: "2026-01-31T12:00:00.000Z",
    actor: "1",
  });
  expect(validateAuditSearch({ action: "teleported", before: "yesterday" })).toEqual({});
});

test("the platform is told in words, whatever id it has; a service by its name", () => {
  expect(actorText({ kind: "system", id: null }, told)).toBe("audit.actor.system");
  expect(actorText({ kind: "person", id: "system" }, told)).toBe("audit.actor.system");
  expect(actorText({ kind: "service", id: "job-service" }, told)).toBe("job-service");
  expect(actorText({ kind: "anonymous", id: null }, told)).toBe("audit.actor.anonymous");
  expect(actorText({ kind: "person", id: "a1" }, told)).toBe("a1");
});

test("names are asked for that are not known, once for each thing, and for the annotators and members of each", () => {
  const about = (kind: string, id: string, job_id: string | null, detail: Record<string, unknown>) => ({
    action: "exported" as const,
    subject: { kind, id },
    job_id,
    detail,
  });
  const deleted = (kind: string, id: string) => ({ ...about(kind, id, null, {}), action: "deleted" as const });
  const entries = [
    deleted("job", "j5"),
    about("annotator", "n5", "j5", { account_id: null }),
    about("job", "j5", "j5", {}),
    deleted("dataset", "d2"),
    deleted("samples", "d2"),
    deleted("samples", "d1"),
    about("annotator", "n1", "j1", { account_id: null }),
    about("annotator", "n2", "j1", { account_id: null }),
    about("annotator", "n3", "j2", { account_id: "a1" }),
    about("member", "m1", null, { account_id: null, team_id: "t1" }),
    about("job", "j3", "j3", {}),
    about("job", "j3", "j3", {}),
    about("source", "s1", null, {}),
    about("team", "t2", null, {}),
    about("label", "l1", "j4", {}),
  ];
  expect(unnamedIn(entries, new Map([["a1", "Ada"]]))).toEqual({
    jobs: ["j3"],
    teams: ["t2"],
    datasets: ["d1"],
    sources: ["s1"],
    annotatorsOf: ["j1"],
    membersOf: ["t1"],
  });
});
