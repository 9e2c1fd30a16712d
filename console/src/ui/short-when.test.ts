import { createIntl } from "react-intl";
import { expect, test } from "vitest";
import { shortWhen } from "./short-when";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const before = (seconds: number) => new Date(NOW - seconds * 1000);

test("what was under a minute ago has no clock time, but is just now", () => {
  const intl = createIntl({ locale: "en" });
  expect(shortWhen(before(0), NOW, intl)).toBeNull();
  expect(shortWhen(before(59), NOW, intl)).toBeNull();
  // A server's clock may be a little ahead.
  expect(shortWhen(before(-5), NOW, intl)).toBeNull();
});

test("what was longer ago is told in minutes, hours and days, then by its day, in the chosen language", () => {
  expect(shortWhen(before(120), NOW, createIntl({ locale: "zh" }))).toBe("2分钟前");
  const intl = createIntl({ locale: "en", timeZone: "UTC" });
  expect(shortWhen(before(60), NOW, intl)).toBe("1 minute ago");
  expect(shortWhen(before(7200), NOW, intl)).toBe("2 hours ago");
  expect(shortWhen(before(8 * 86_400), NOW, intl)).toBe("Nov 20, 2026");
});
