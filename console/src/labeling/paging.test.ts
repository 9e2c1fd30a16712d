import { expect, test } from "vitest";
import {
  hasNext,
  lacks,
  loaded,
  missing,
  opened,
  pagesOf,
  shownPage,
  stretch,
  turnedForward,
  withoutIds,
} from "./paging";

const two = loaded(opened(0, 2), ["a", "b", "c", "d"], "after-d");

test("a page and the next one are loaded", () => {
  expect(missing(opened(0, 100))).toBe(200);
  expect(missing(two)).toBe(0);
  expect(shownPage(two)).toEqual(["a", "b"]);
});

test("the next ones fill the page when images leave it", () => {
  const left = withoutIds(two, new Set(["a", "b"]));
  expect(shownPage(left)).toEqual(["c", "d"]);
  expect(missing(left)).toBe(2);
});

test("the next page begins with what was loaded in advance", () => {
  expect(shownPage(turnedForward(two))).toEqual(["c", "d"]);
  expect(turnedForward(two).page).toBe(1);
});

test("an image that comes twice stands once", () => {
  expect(loaded(two, ["d", "e"], null).buffer).toEqual(["a", "b", "c", "d", "e"]);
});

test("the list ends when there is no cursor", () => {
  const last = loaded(opened(3, 5), ["a"], null);
  expect(missing(last)).toBe(0);
  expect(hasNext(last)).toBe(false);
  expect(hasNext(two)).toBe(true);
});

test("there is always one page", () => {
  expect([0, 1, 100, 101].map((total) => pagesOf(total, 100))).toEqual([1, 1, 1, 2]);
});

test("a list that had ended goes on when new images have come", () => {
  const ended = loaded(opened(0, 2), ["a"], null);
  expect(lacks(ended, 1)).toBe(false);
  expect(lacks(ended, 2)).toBe(true);
  expect(lacks(loaded(opened(0, 2), [], null), 100)).toBe(true);
  expect(lacks(loaded(opened(3, 2), [], null), 5)).toBe(false);
  expect(lacks(loaded(opened(0, 2), ["a", "b", "c", "d"], null), 9)).toBe(false);
  expect(lacks(loaded(opened(0, 2), ["a"], "more"), 9)).toBe(false);
});

test("the page is loaded first, then the next one, and nothing beyond the end", () => {
  expect(stretch(opened(0, 100), 500)).toBe(100);
  expect(stretch(opened(0, 1000), 500)).toBe(500);
  expect(stretch(loaded(opened(0, 2), ["a", "b"], "after-b"), 500)).toBe(2);
  expect(stretch(two, 500)).toBe(0);
  expect(stretch(loaded(opened(3, 50), ["a"], null), 500)).toBe(0);
});
