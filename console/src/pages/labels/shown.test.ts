import { expect, test } from "vitest";
import type { LabelView } from "@/api/labels";
import { changesOf, mostCarried, shownLabels } from "./shown";

const label = (name: string, count = 0, more: Partial<LabelView> = {}): LabelView => ({
  id: name,
  name,
  color: "#b12525",
  shortcut: null,
  description: "",
  count,
  etag: '"1"',
  ...more,
});
const names = (labels: readonly LabelView[]) => labels.map((each) => each.name);

test("labels stand as they were added until another order is chosen", () => {
  const labels = [label("pear", 3), label("Apple", 9), label("img_10"), label("img_9")];
  expect(names(shownLabels(labels, "", "added"))).toEqual(["pear", "Apple", "img_10", "img_9"]);
  expect(names(shownLabels(labels, "", "name"))).toEqual(["Apple", "img_9", "img_10", "pear"]);
  expect(names(shownLabels(labels, "", "-name"))).toEqual(["pear", "img_10", "img_9", "Apple"]);
  expect(names(shownLabels(labels, "", "-count")).slice(0, 2)).toEqual(["Apple", "pear"]);
  expect(names(labels)).toEqual(["pear", "Apple", "img_10", "img_9"]);
});

test("what is sought may stand in the name or in the description", () => {
  const labels = [label("Apple"), label("pear", 0, { description: "like an apple, but longer" }), label("plum")];
  expect(names(shownLabels(labels, " APPLE ", "added"))).toEqual(["Apple", "pear"]);
});

test("the label that most images carry stays in a merge, the first of equals", () => {
  expect(mostCarried([label("a", 1), label("b", 4), label("c", 4)])?.name).toBe("b");
  expect(mostCarried([])).toBeUndefined();
});

test("only what was changed is sent, also that a key was taken away", () => {
  const before = label("pear", 0, { shortcut: "p" });
  const form = { name: "pear", color: "#b12525", shortcut: "p", description: "" };
  expect(changesOf(before, form)).toEqual({});
  expect(changesOf(before, { ...form, shortcut: "", name: "Pear" })).toEqual({ shortcut: "", name: "Pear" });
});
