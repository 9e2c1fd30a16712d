import { expect, test } from "vitest";
import { GAP, layoutOf, PADDING, tileAt, tilesAlong, tilesIn } from "./grid-layout";

// Ten columns of 100 px: 10 * 100 + 9 * 8 + 2 * 12 = 1096.
const layout = layoutOf(1096, 100, 25);
const at = (column: number, row: number) => ({
  x: PADDING + column * (layout.tileWidth + GAP) + 5,
  y: PADDING + row * (layout.tileHeight + GAP) + 5,
});

test("as many tiles as fit fill the width", () => {
  expect(layout).toMatchObject({ columns: 10, tileWidth: 100 });
  expect(layoutOf(50, 100, 1).columns).toBe(1);
});

test("a point is on a tile or between tiles", () => {
  expect(tileAt(layout, at(3, 1))).toBe(13);
  expect(tileAt(layout, { x: PADDING + 104, y: PADDING + 5 })).toBeNull();
  expect(tileAt(layout, at(7, 2))).toBeNull();
  expect(tileAt(layout, { x: 2, y: 2 })).toBeNull();
});

test("a rectangle touches what it crosses, in any direction it is drawn", () => {
  expect(tilesIn(layout, at(1, 0), at(2, 1))).toEqual([1, 2, 11, 12]);
  expect(tilesIn(layout, at(2, 1), at(1, 0))).toEqual([1, 2, 11, 12]);
  expect(tilesIn(layout, at(4, 2), at(9, 9))).toEqual([24]);
});

test("a rectangle between tiles touches none", () => {
  const inGap = { x: PADDING + 101, y: PADDING + 5 };
  expect(tilesIn(layout, inGap, { x: PADDING + 107, y: PADDING + 20 })).toEqual([]);
});

test("a fast pointer leaves no tile out", () => {
  expect(tilesAlong(layout, at(0, 0), at(5, 0))).toEqual([0, 1, 2, 3, 4, 5]);
});
