import { expect, test } from "vitest";
import { meaningOf, strengthOf } from "./meaning";

test("agreement is told in the steps of Landis and Koch", () => {
  const told = [-0.1, 0, 0.2, 0.21, 0.4, 0.6, 0.61, 0.8, 0.81, 1].map(meaningOf);
  expect(told).toEqual([
    "poor",
    "slight",
    "slight",
    "fair",
    "fair",
    "moderate",
    "substantial",
    "substantial",
    "perfect",
    "perfect",
  ]);
});

test("a cell is filled by how far it is above chance", () => {
  expect([null, -1, 0, 0.2, 0.5, 0.81, 1].map(strengthOf)).toEqual([0, 0, 0, 0, 2, 4, 4]);
});

test("a figure that is shown as 0.80 is called the same whatever its other digits", () => {
  expect(meaningOf(0.8)).toBe("substantial");
  expect(meaningOf(0.8049)).toBe("substantial");
  expect(meaningOf(0.8051)).toBe("perfect");
});
