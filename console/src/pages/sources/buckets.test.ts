import { expect, test } from "vitest";
import { bucketsOf, bucketsText } from "./buckets";

test("buckets are read as they are written", () => {
  const buckets = [
    { name: "photos", prefix: "" },
    { name: "scans", prefix: "2026/may/" },
  ];
  expect(bucketsOf(bucketsText(buckets))).toEqual(buckets);
  expect(bucketsOf("  s3://photos \n\nscans/2026/may/\n")).toEqual(buckets);
});

test("no line means every bucket", () => {
  expect(bucketsOf(" \n ")).toBeNull();
  expect(bucketsText(null)).toBe("");
});
