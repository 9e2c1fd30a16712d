import { expect, test } from "vitest";
import { wantsMore, wantsRenewal } from "./queue";

const until = "2026-01-31T12:30:00Z";

test("the queue is asked at first, and again when few are held and more wait", () => {
  expect(wantsMore(null, 0)).toBe(true);
  expect(wantsMore({ remaining: 5, until }, 19)).toBe(true);
  expect(wantsMore({ remaining: 5, until }, 20)).toBe(false);
  expect(wantsMore({ remaining: 0, until: null }, 0)).toBe(false);
});

test("a lease is renewed ten minutes before it ends, as long as something is held", () => {
  const now = (time: string) => Date.parse(`2026-01-31T${time}Z`);
  const queue = { remaining: 0, until };
  expect(wantsRenewal(queue, 3, now("12:19:59"))).toBe(false);
  expect(wantsRenewal(queue, 3, now("12:20:01"))).toBe(true);
  expect(wantsRenewal(queue, 0, now("12:29:00"))).toBe(false);
  expect(wantsRenewal({ remaining: 3, until: null }, 3, now("12:29:00"))).toBe(false);
});
