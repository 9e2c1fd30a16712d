import { expect, test } from "vitest";
import type { LabelEntry } from "@/api/stream";
import { ownLabelChanges } from "./past-storage";

const entry = (type: string, more: Partial<LabelEntry>): LabelEntry =>
  ({ kind: "label", type, change_id: type, at: "", actor: { id: "ada" }, ...more }) as LabelEntry;

test("what was done to labels is remembered with their names", () => {
  const label = { label_id: "l", name: "Katze" };
  const told = ownLabelChanges(
    [
      entry("labeling.label.renamed.v1", { label, before: { name: "cat" } }),
      entry("labeling.label.merged.v1", { from: [{ name: "kitten" }, { name: "tomcat" }], into: { name: "cat" } }),
      entry("labeling.label.deleted.v1", { label }),
      entry("labeling.label.created.v1", { label }),
    ],
    "ada",
  );
  expect(told.map((done) => done.about.labels)).toEqual([["cat", "Katze"], ["kitten, tomcat", "cat"], ["Katze"]]);
  expect(ownLabelChanges([entry("labeling.label.deleted.v1", { label })], "bob")).toEqual([]);
});
