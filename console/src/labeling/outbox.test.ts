import { expect, test } from "vitest";
import { addressed, adopted, first, type Pending, queued, settled, unsentImages, waitBefore } from "./outbox";

const pending = (key: string, ...ids: string[]): Pending => ({ key, ids, edit: { hard: true }, at: "", expect: null });

test("edits leave in the order in which they were made", () => {
  const outbox = queued(queued([], pending("1", "a")), pending("2", "b"));
  expect(first(outbox)?.key).toBe("1");
  expect(first(settled(outbox, "1"))?.key).toBe("2");
  expect(first([])).toBeNull();
});

test("a repeat is sent with the versions of the first attempt", () => {
  const once = addressed([pending("1", "a")], "1", { a: 3 });
  expect(addressed(once, "1", { a: 7 })[0]?.expect).toEqual({ a: 3 });
});

test("an image with two changes is counted once", () => {
  expect(unsentImages([pending("1", "a", "b"), pending("2", "b")])).toBe(2);
});

test("what another tab left goes first, and once", () => {
  const outbox = adopted([pending("2", "b")], [pending("1", "a"), pending("2", "b")]);
  expect(outbox.map((one) => one.key)).toEqual(["1", "2"]);
});

test("attempts come further apart, as far as the gateway does not say when", () => {
  expect([0, 1, 2, 10].map((attempt) => waitBefore(attempt, null))).toEqual([500, 1000, 2000, 15_000]);
  expect(waitBefore(5, 2)).toBe(2000);
});
