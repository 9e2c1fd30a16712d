import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetUploads, RememberedUploads } from "./remembered-uploads";

const DAY_MS = 24 * 3_600_000;
const picked = (path: string) => ({ path, file: new File(["x"], path, { lastModified: 1 }) });

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.useFakeTimers({ now: new Date("2026-01-31T12:00:00Z") });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function send(path: string): void {
  const known = new RememberedUploads("d1");
  known.add(picked(path));
  known.keep();
}

test("what was sent is known for as long as the server takes it", () => {
  send("a.png");
  vi.advanceTimersByTime(3 * DAY_MS);
  send("b.png");
  vi.advanceTimersByTime(3 * DAY_MS);
  const known = new RememberedUploads("d1");
  expect(known.has(picked("a.png"))).toBe(false);
  expect(known.has(picked("b.png"))).toBe(true);
  expect(new RememberedUploads("d2").has(picked("b.png"))).toBe(false);
  forgetUploads("d1");
  expect(new RememberedUploads("d1").has(picked("b.png"))).toBe(false);
});

test("marks without a time, and what is no JSON, are not used", () => {
  localStorage.setItem("labelstream.uploads.d1", JSON.stringify(["a.png 1 1"]));
  expect(new RememberedUploads("d1").has(picked("a.png"))).toBe(false);
  localStorage.setItem("labelstream.uploads.d1", "{broken");
  expect(new RememberedUploads("d1").has(picked("a.png"))).toBe(false);
});
