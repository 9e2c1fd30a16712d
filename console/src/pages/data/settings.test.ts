import { expect, test } from "vitest";
import { bodyOf, bucketOf, FRESH, isComplete, labelsIn, modesOf, statusOf } from "./settings";

test("a path names the bucket and the rest, with or without its scheme", () => {
  expect(bucketOf(" s3://photos/train/cats/ ")).toEqual({ bucket: "photos", rest: "train/cats/" });
  expect(bucketOf("photos/a.csv")).toEqual({ bucket: "photos", rest: "a.csv" });
  expect(bucketOf("")).toEqual({ bucket: "", rest: "" });
});

test("labels are separated by commas or blanks", () => {
  expect(labelsIn("cat, dog\n bird,")).toEqual(["cat", "dog", "bird"]);
});

test("images come unlabeled and the rest labeled, unless something else is chosen", () => {
  expect(statusOf(FRESH)).toBe("unlabeled");
  expect(statusOf({ ...FRESH, mode: "csv" })).toBe("labeled");
  expect(statusOf({ ...FRESH, mode: "csv", status: "to_confirm" })).toBe("to_confirm");
});

test("a file in the object store names images, so only such modes are offered", () => {
  expect(modesOf("manifest")).toEqual(["manifest", "csv", "parquet", "coco"]);
  expect(modesOf("uploads")).toContain("directory_labels");
});

test("an import asks for what was chosen", () => {
  const chosen = { ...FRESH, source: "bucket", mode: "yolo", path: "s3://photos/set/", include: "cat" } as const;
  expect(isComplete(chosen)).toBe(true);
  expect(isComplete(FRESH)).toBe(false);
  expect(bodyOf(chosen)).toEqual({
    source: { kind: "bucket", bucket: "photos", prefix: "set/" },
    mode: "yolo",
    labeling_status: "labeled",
    include_labels: ["cat"],
    exclude_labels: [],
    hard_only: false,
  });
  expect(bodyOf({ ...chosen, source: "manifest", path: "photos/a.csv", mode: "csv" }).source).toEqual({
    kind: "manifest",
    bucket: "photos",
    key: "a.csv",
  });
});

test("another object store than the dataset's own is named, but not for files that are sent", () => {
  const chosen = { ...FRESH, source: "bucket", path: "photos/", store: "s7" } as const;
  expect(bodyOf(chosen).source_id).toBe("s7");
  expect(bodyOf({ ...chosen, store: "" })).not.toHaveProperty("source_id");
  expect(bodyOf({ ...chosen, source: "uploads" })).not.toHaveProperty("source_id");
});
