import { expect, test } from "vitest";
import { DAYS, expiryAfter } from "./expiry";

test("a key ends so many days from now, or never", () => {
  const now = new Date("2026-11-27T03:00:00Z");
  expect(DAYS.map((days) => expiryAfter(days, now))).toEqual([
    "2026-12-27T03:00:00.000Z",
    "2027-02-25T03:00:00.000Z",
    "2027-11-27T03:00:00.000Z",
    null,
  ]);
});
