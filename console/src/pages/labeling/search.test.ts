import { expect, test } from "vitest";
import { filterOf, searchOf, validateLabelingSearch } from "./search";

test("the unlabeled images open first", () => {
  expect(filterOf(validateLabelingSearch({}))).toEqual({ status: "unlabeled" });
});

test("a filter survives its way through the address", () => {
  const filter = {
    status: "labeled" as const,
    hard: false,
    state: "unreadable" as const,
    label: ["cat", "dog"],
    label_match: "all" as const,
    path: "train/*",
    confidence_above: 0.5,
    agreement_below: 0.75,
  };
  expect(filterOf(validateLabelingSearch({ ...searchOf(filter) }))).toEqual(filter);
});

test("what makes no sense in an address is ignored", () => {
  const search = { status: "x", page: "-1", size: "7", confidence_above: "2", labeled_after: "soon", sort: "bad" };
  expect(validateLabelingSearch(search)).toEqual({});
});
