import { expect, test } from "vitest";
import type { Operation } from "./operations";
import { acceptanceIn, exportedIn, outcomeIn, problemIn, synchronizedIn } from "./results";

const ended = (result: Operation["result"], error: Operation["error"] = null): Operation => ({
  id: "1",
  kind: "annotate",
  state: error ? "failed" : "succeeded",
  done: 1,
  total: 1,
  error,
  result,
  created_at: "2026-01-31T12:00:00Z",
  finished_at: "2026-01-31T12:00:01Z",
});

test("a result of another kind, or none, is nothing", () => {
  for (const read of [outcomeIn, synchronizedIn, exportedIn, acceptanceIn]) {
    expect(read(ended(null))).toBeNull();
    expect(read(ended({ deep: { id: "x" } }))).toBeNull();
  }
});

test("numbers and lists that are left out are none", () => {
  expect(synchronizedIn(ended({ added: 2 }))).toEqual({
    added: 2,
    updated: 0,
    removed: 0,
    renamed: 0,
    unchanged: 0,
    skipped: { count: 0, examples: [] },
  });
  expect(outcomeIn(ended({ change_id: "7", changed: 3 }))).toMatchObject({ changed: 3, conflicts: [], missing: [] });
});

test("an acceptance tells how much it left alone", () => {
  const result = { accepted: 5, rejected: 1, conflict_count: 2000, conflicts: ["a", "b"] };
  expect(acceptanceIn(ended(result))).toEqual({ accepted: 5, rejected: 1, conflicts: 2000 });
});

test("a failure is told with its code", () => {
  const problem = problemIn(ended(null, { code: "too-many-labels", title: "Too many", detail: "At most 200." }));
  expect([problem?.code, problem?.detail]).toEqual(["too-many-labels", "At most 200."]);
  expect(problemIn(ended({}))).toBeNull();
});
