import { expect, test } from "vitest";
import { actionText, detailLines, JOB_ACTIONS } from "./actions";
import { validateAuditSearch } from "./search";

test("a known action is told in words, another one as it is", () => {
  expect(actionText("sign-in", (key) => key)).toBe("audit.action.sign-in");
  expect(actionText("teleported", (key) => key)).toBe("teleported");
});

test("details are told by name; what is empty or nested is left out", () => {
  expect(detailLines({ role: "reviewer", seq: 7, reason: "", deep: { a: 1 }, by_whom: null })).toEqual([
    "role: reviewer",
    "seq: 7",
  ]);
});

test("an address holds only what can be asked for", () => {
  expect(validateAuditSearch({ action: JOB_ACTIONS[0], after: "2026-01-31T12:00:00Z", actor: "1" })).toEqual({
    action: JOB_ACTIONS[0],
    after: "2026-01-31T12:00:00.000Z",
    actor: "1",
  });
  expect(validateAuditSearch({ action: "teleported", before: "yesterday" })).toEqual({});
});
