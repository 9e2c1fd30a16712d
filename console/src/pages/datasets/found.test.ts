import { expect, test } from "vitest";
import type { Dataset } from "@/api/datasets";
import { foundDatasets, placeOf } from "./found";

const dataset = (name: string, prefix: string, created_at: string) =>
  ({ id: name, name, source: { bucket: "photos", prefix }, created_at }) as Dataset;

const ALL = [
  dataset("Fruit", "2025/", "2025-05-01T00:00:00Z"),
  dataset("Digits", "mnist/", "2026-01-01T00:00:00Z"),
  dataset("Street", "fruit-market/", "2025-09-01T00:00:00Z"),
];

test("the newest dataset comes first", () => {
  expect(foundDatasets(ALL, "").map((each) => each.name)).toEqual(["Digits", "Street", "Fruit"]);
});

test("a dataset is found by its name or by where its images lie", () => {
  expect(foundDatasets(ALL, " FRUIT").map((each) => each.name)).toEqual(["Street", "Fruit"]);
  expect(foundDatasets(ALL, "photos/mnist").map((each) => each.name)).toEqual(["Digits"]);
  expect(ALL.map(placeOf)).toContain("photos/2025/");
});
