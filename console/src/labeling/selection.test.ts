import { expect, test } from "vitest";
import { cleared, drawn, inverted, moved, NOTHING, rangedTo, toggled, withAll, without } from "./selection";

const order = ["a", "b", "c", "d", "e", "f", "g"];
const of = (...ids: string[]) => ({ ids: new Set(ids), anchor: ids[0] ?? null, cursor: ids[0] ?? null });

test("a second click takes an image out again", () => {
  const once = toggled(NOTHING, "b");
  expect([...once.ids]).toEqual(["b"]);
  expect(toggled(once, "b").ids.size).toBe(0);
});

test("a range goes from the anchor in both directions and keeps what was selected", () => {
  expect([...rangedTo(toggled(of("f"), "b"), "d", order).ids].sort()).toEqual(["b", "c", "d", "f"]);
  expect([...rangedTo(toggled(NOTHING, "d"), "b", order).ids].sort()).toEqual(["b", "c", "d"]);
});

test("a second range begins where the first one did", () => {
  const first = rangedTo(toggled(NOTHING, "c"), "e", order);
  expect([...rangedTo(first, "a", order).ids].sort()).toEqual(["a", "b", "c", "d", "e"]);
});

test("without an anchor on the page a range is one image", () => {
  expect([...rangedTo({ ...NOTHING, anchor: "gone" }, "d", order).ids]).toEqual(["d"]);
});

test("inverting leaves other pages alone", () => {
  expect([...inverted(of("a", "elsewhere"), ["a", "b"]).ids].sort()).toEqual(["b", "elsewhere"]);
});

test("all on the page are added", () => {
  expect(withAll(of("elsewhere"), order).ids.size).toBe(8);
});

test("a rectangle adds, or turns round", () => {
  expect([...drawn(of("a"), ["a", "b"], false).ids].sort()).toEqual(["a", "b"]);
  expect([...drawn(of("a"), ["a", "b"], true).ids]).toEqual(["b"]);
});

test("what has gone is not selected any more", () => {
  const left = without(of("a", "b"), ["a"]);
  expect([...left.ids]).toEqual(["b"]);
  expect(left.anchor).toBeNull();
});

test("clearing keeps the cursor where it is", () => {
  expect(cleared(of("c"))).toEqual({ ids: new Set(), anchor: null, cursor: "c" });
});

test("the cursor walks over the grid and stops at its edges", () => {
  const at = (id: string) => ({ ...NOTHING, cursor: id });
  expect(moved(NOTHING, "right", order, 3).cursor).toBe("a");
  expect(moved(at("a"), "right", order, 3).cursor).toBe("b");
  expect(moved(at("b"), "down", order, 3).cursor).toBe("e");
  expect(moved(at("e"), "down", order, 3).cursor).toBe("g");
  expect(moved(at("g"), "down", order, 3).cursor).toBe("g");
  expect(moved(at("a"), "up", order, 3).cursor).toBe("a");
  expect(moved(at("a"), "last", order, 3).cursor).toBe("g");
});

test("moving with Shift selects what lies between", () => {
  const start = { ...NOTHING, cursor: "b" };
  const once = moved(start, "right", order, 3, true);
  expect([...moved(once, "down", order, 3, true).ids].sort()).toEqual(["b", "c", "d", "e", "f"]);
});
