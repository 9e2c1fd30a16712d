import { expect, test } from "vitest";
import {
  hasNext,
  lacks,
  loaded,
  missing,
  opened,
  pageBefore,
  pagesOf,
  reopened,
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
  const next = turnedForward(two, () => true);
  expect(shownPage(next)).toEqual(["c", "d"]);
  expect(next).toMatchObject({ page: 1, before: 2, turn: 1 });
  expect(pageBefore(next)).toBe(0);
  // A page that is turned before it was read.
  expect(turnedForward(opened(1, 2), () => true)).toMatchObject({ page: 2, before: 4 });
  expect(pageBefore(two)).toBeNull();
});

test("what has left the list is not counted when a page is turned, so that nothing unseen is jumped over", () => {
  const all = turnedForward(two, () => false);
  expect(shownPage(all)).toEqual(["c", "d"]);
  expect(all).toMatchObject({ page: 0, before: 0, turn: 1 });
  const some = turnedForward(
    turnedForward(two, (id) => id === "a"),
    () => true,
  );
  expect(some).toMatchObject({ page: 1, before: 3 });
  // What was left on the first page is not out of reach.
  expect(pageBefore(some)).toBe(1);
  expect(reopened(some)).toMatchObject({ page: 1, before: 3, turn: 2, buffer: [], cursor: null });
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
