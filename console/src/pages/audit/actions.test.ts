import { expect, test } from "vitest";
import { actionText, detailLines, JOB_ACTIONS, subjectText } from "./actions";
import { validateAuditSearch } from "./search";

test("a known action is told in words, another one as it is", () => {
  expect(actionText("sign-in", (key) => key)).toBe("audit.action.sign-in");
  expect(actionText("teleported", (key) => key)).toBe("teleported");
});

test("details are told by name; what is empty or nested is left out", () => {
  const detail = { role: "reviewer", new_word: 7, reason: "", deep: { a: 1 }, by_whom: null, with_images: false };
  expect(detailLines(detail, (key) => key, new Map())).toEqual([
    "audit.detail.role: members.role.reviewer",
    "new word: 7",
    "audit.detail.with_images: audit.no",
  ]);
});

test("accounts are told by name, other ids are not told", () => {
  const detail = { from: "a1", to: "a2", session_id: "s1", job_ids: ["j1", "j2"], scopes: ["read", "label"] };
  expect(detailLines(detail, (key) => key, new Map([["a1", "Ada"]]))).toEqual([
    "audit.detail.from: Ada",
    "audit.detail.to: a2",
    "audit.detail.job_ids: 2",
    "audit.detail.scopes: read, label",
  ]);
});

test("what an act was about is told in words", () => {
  expect(subjectText("api-key", (key) => key)).toBe("audit.subject.api-key");
  expect(subjectText("spaceship", (key) => key)).toBe("spaceship");
});

test("an address holds only what can be asked for", () => {
  expect(validateAuditSearch({ action: JOB_ACTIONS[0], after: "2026-01-31T12:00:00Z", actor: "1" })).toEqual({
    action: JOB_ACTIONS[0],
    after: "2026-01-31T12:00:00.000Z",
    actor: "1",
  });
  expect(validateAuditSearch({ action: "teleported", before: "yesterday" })).toEqual({});
});
