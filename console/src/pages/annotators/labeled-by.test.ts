import { expect, test } from "vitest";
import type { Member } from "@/api/members";
import { labelsGiven, stillToAdd } from "./labeled-by";

const member = (id: string, account_id: string | null, email: string | null): Member => ({
  id,
  account_id,
  email,
  name: id,
  role: "labeler",
  state: "active",
  added_at: "2026-11-27T00:00:00Z",
});

test("what somebody gave counts, also what was taken off again", () => {
  const one = { removed: 1, reviewed: 0, name: null, kind: "person" as const };
  const given = labelsGiven({
    annotators: [
      { ...one, added: 7, id: "ada" },
      { ...one, added: 2, id: "grace" },
    ],
  });
  expect([...given]).toEqual([
    ["ada", 7],
    ["grace", 2],
  ]);
  expect(labelsGiven(undefined).size).toBe(0);
});

test("who is an annotator already is not offered again, by account or by address", () => {
  const team = [member("a", "1", "a@x.org"), member("b", null, "B@x.org"), member("c", "3", "c@x.org")];
  const annotators = [member("other", "1", null), member("another", null, "b@x.org")];
  expect(stillToAdd(team, annotators).map((each) => each.id)).toEqual(["c"]);
});

test("people without account and address are never taken for each other", () => {
  expect(stillToAdd([member("a", null, null)], [member("b", null, null)])).toHaveLength(1);
});
