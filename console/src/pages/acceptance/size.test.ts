import { expect, test } from "vitest";
import { sizeOf } from "./size";

test("a share is typed in percent, a number of images as a whole number", () => {
  expect(sizeOf("ratio", "10")).toEqual({ sample_ratio: 0.1 });
  expect(sizeOf("ratio", "100")).toEqual({ sample_ratio: 1 });
  expect(sizeOf("count", "25")).toEqual({ sample_count: 25 });
});

test("what is no size is none", () => {
  for (const typed of ["", "0", "-3", "x", "101"]) expect(sizeOf("ratio", typed)).toBeNull();
  for (const typed of ["", "0", "2.5"]) expect(sizeOf("count", typed)).toBeNull();
});
