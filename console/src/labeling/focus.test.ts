import { expect, test } from "vitest";
import {
  around,
  backward,
  begunWith,
  extended,
  focusedOn,
  followedBy,
  forward,
  goneTo,
  left,
  present,
  withoutAll,
} from "./focus";

const focus = focusedOn(["a", "b", "c"], "b");

test("it begins on the image that was chosen, else on the first", () => {
  expect(present(focus)).toBe("b");
  expect(present(focusedOn(["a"], null))).toBe("a");
  expect(present(focusedOn([], null))).toBeNull();
});

test("it goes on to the end and back to the beginning", () => {
  const end = forward(forward(forward(focus)));
  expect(present(end)).toBeNull();
  expect(present(backward(end))).toBe("c");
  expect(present(backward(backward(focus)))).toBe("a");
});

test("more can be loaded while one walks", () => {
  const more = extended(focus, ["c", "d"]);
  expect(more.order).toEqual(["a", "b", "c", "d"]);
  expect(present(more)).toBe("b");
  expect(extended(focus, ["a"])).toBe(focus);
});

test("its neighbours stand in the strip", () => {
  expect(around(focus, 1, 1)).toEqual(["a", "b", "c"]);
  expect(left(focus)).toBe(1);
});

test("a click on a neighbour goes there, a stranger changes nothing", () => {
  expect(present(goneTo(focus, "c"))).toBe("c");
  expect(goneTo(focus, "z")).toBe(focus);
});

test("what a review sent back comes first", () => {
  const start = focusedOn(["a", "b", "c"], null);
  expect(begunWith(start, ["x", "b"])).toEqual({ order: ["x", "b", "a", "c"], place: 0 });
  expect(begunWith(start, [])).toEqual(start);
});

test("what is known of too late comes next, and the image that is shown stays", () => {
  const start = focusedOn(["a", "b", "c"], null);
  expect(followedBy(start, ["x", "c"])).toEqual({ order: ["a", "x", "c", "b"], place: 0 });
  expect(followedBy(focus, ["a", "x"])).toEqual({ order: ["a", "b", "x", "c"], place: 1 });
  expect(followedBy(focus, ["b"])).toEqual(focus);
  expect(present(followedBy(focusedOn([], null), ["x"]))).toBe("x");
});

test("an image that is gone gives way to the next; of those before it none is seen again", () => {
  expect(present(withoutAll(focus, new Set(["a", "b"])))).toBe("c");
  expect(present(withoutAll(focus, new Set(["a", "c"])))).toBe("b");
  expect(withoutAll(focus, new Set(["x"]))).toBe(focus);
});
