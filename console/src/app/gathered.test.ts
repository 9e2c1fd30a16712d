import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gathered } from "./gathered";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a stream of news is one call each time it has waited, and the last news is never lost", () => {
  const act = vi.fn();
  const news = gathered(act, () => 500);
  for (let told = 0; told < 60; told += 1) {
    news.tell();
    vi.advanceTimersByTime(10);
  }
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(500);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5_000);
  expect(act).toHaveBeenCalledTimes(2);
});

test("nothing is called after the end", () => {
  const act = vi.fn();
  const news = gathered(act, () => 500);
  news.tell();
  news.stop();
  vi.advanceTimersByTime(1_000);
  expect(act).not.toHaveBeenCalled();
});
