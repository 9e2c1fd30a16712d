import { expect, test } from "vitest";
import type { Translate } from "@/text/text";
import { resultLines } from "./result";
import { validateOperationsSearch } from "./search";
import { secondsOf } from "./seconds";

const told: Translate = (key, values) => (key === "number.plain" ? `${values?.value}` : key);

test("a result is told by its numbers; lists and counted things by how many, the rest not at all", () => {
  const result = { added: 3, not_found: ["a", "b"], skipped: { count: 1, examples: [] }, deep: { a: 1 }, id: "x" };
  expect(resultLines(result, told)).toEqual(["data.added 3", "not found 2", "operations.skipped 1"]);
  expect(resultLines({ ...result, added: 0 }, told)).toEqual(["not found 2", "operations.skipped 1"]);
  expect(resultLines({ added: 0 }, told)).toEqual(["data.added 0"]);
  expect(resultLines(null, told)).toEqual([]);
});

test("where in the history it was done is not told, nor one number twice", () => {
  const finished = { seq: 186, accepted: 64, conflicts: ["a"], conflict_count: 3 };
  expect(resultLines(finished, told)).toEqual(["acceptance.accepted 64", "operations.conflicts 3"]);
  const published = { name: "v1", seq: 7, counts: { total: 150, train: 120 } };
  expect(resultLines(published, told)).toEqual(["labelSet.images 150"]);
});

test("an operation that has not ended took no time yet, and clocks that differ never give less than none", () => {
  expect(secondsOf({ created_at: "2026-11-27T03:00:00Z", finished_at: null })).toBeNull();
  expect(secondsOf({ created_at: "2026-11-27T03:00:00Z", finished_at: "2026-11-27T03:01:02.4Z" })).toBe(62);
  expect(secondsOf({ created_at: "2026-11-27T03:00:00Z", finished_at: "2026-11-27T02:59:59Z" })).toBe(0);
});

test("a state that is none is left out of the address", () => {
  expect(validateOperationsSearch({ state: "running" })).toEqual({ state: "running" });
  expect(validateOperationsSearch({ state: "asleep" })).toEqual({});
});
