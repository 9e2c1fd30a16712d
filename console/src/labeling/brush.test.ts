import { expect, test } from "vitest";
import { begun, dipped, ended, NO_BRUSH, over, restOf, turned } from "./brush";
import { given, item } from "./samples";

const cat = { id: "l-cat", name: "cat" };
const brush = dipped(NO_BRUSH, cat);

test("a stroke does to all images what it did to the first", () => {
  expect(over(begun(brush, item("1")), "2").stroke).toEqual({ gives: true, ids: new Set(["1", "2"]) });
  expect(over(begun(brush, item("1", [given(cat)])), "2").stroke?.gives).toBe(false);
});

test("an image is brushed once in a stroke, however often the pointer crosses it", () => {
  const stroke = over(begun(brush, item("1")), "2");
  expect(over(stroke, "1")).toBe(stroke);
});

test("without a label the brush does nothing", () => {
  expect(begun(NO_BRUSH, item("1")).stroke).toBeNull();
});

test("the rest of the page is what was neither touched nor labeled", () => {
  const page = [item("1"), item("2"), item("3", [given(cat)]), item("4")];
  const after = ended(over(begun(brush, page[0] as never), "2"));
  expect(restOf(after, page)).toEqual(["4"]);
});

test("another label keeps what was touched, another page forgets it", () => {
  const after = ended(begun(brush, item("1")));
  expect(dipped(after, { id: "l-dog", name: "dog" }).touched.has("1")).toBe(true);
  expect(turned(after).touched.size).toBe(0);
});
