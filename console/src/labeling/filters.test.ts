import { expect, test } from "vitest";
import {
  asked,
  countedFilter,
  criteriaOf,
  type Filter,
  isUnreadableTab,
  stillMatches,
  withoutCriterion,
} from "./filters";
import { given, item } from "./samples";

const cat = { id: "l-cat", name: "cat" };
const dog = { id: "l-dog", name: "dog" };

test("each criterion has a chip, the status has a tab", () => {
  expect(criteriaOf({ status: "labeled", hard: false, label: ["cat"], label_match: "all" })).toEqual(["hard", "label"]);
});

test("taking one of several labels out keeps the others and how they match", () => {
  const filter: Filter = { status: "all", label: ["cat", "dog"], label_match: "all" };
  expect(withoutCriterion(filter, "label", "cat")).toEqual({ status: "all", label: ["dog"], label_match: "all" });
  expect(withoutCriterion({ ...filter, label: ["cat"] }, "label", "cat")).toEqual({ status: "all" });
});

test("no labels are no filter by label", () => {
  expect(asked({ status: "all", label: [] })).toEqual({ status: "all" });
});

test("a labeled image leaves the unlabeled ones", () => {
  expect(stillMatches(item("1", [given(cat)]), { status: "unlabeled" }, [cat])).toBe(false);
  expect(stillMatches(item("1"), { status: "unlabeled" }, [cat])).toBe(true);
});

test("an unreadable image is not unlabeled", () => {
  const broken = item("1", [], { unreadable: "Cut off." });
  expect(stillMatches(broken, { status: "unlabeled" }, [])).toBe(false);
  expect(stillMatches(broken, { status: "all", state: "unreadable" }, [])).toBe(true);
  expect(stillMatches(item("2"), { status: "all", state: "unreadable" }, [])).toBe(false);
});

test("labels in the filter go by name or id, any or all of them", () => {
  const both = { status: "all" as const, label: ["l-cat", "dog"] };
  expect(stillMatches(item("1", [given(cat)]), both, [cat, dog])).toBe(true);
  expect(stillMatches(item("1", [given(cat)]), { ...both, label_match: "all" }, [cat, dog])).toBe(false);
  expect(stillMatches(item("1", [given(cat), given(dog)]), { ...both, label_match: "all" }, [cat, dog])).toBe(true);
});

test("hard and source are judged, too", () => {
  expect(stillMatches(item("1", [], { hard: true }), { status: "all", hard: false }, [])).toBe(false);
  expect(stillMatches(item("1", [given(cat, "net", "model")]), { status: "all", source: "person" }, [])).toBe(false);
});

test("an image that somebody looked at leaves the changed ones", () => {
  const changed = { ...item("1", []), contentChanged: true };
  expect(stillMatches(changed, { status: "all", content_changed: true }, [])).toBe(true);
  expect(stillMatches({ ...changed, contentChanged: false }, { status: "all", content_changed: true }, [])).toBe(false);
});

test("an image leaves what is to be reviewed when it was reviewed", () => {
  const pending = { state: "pending", grade: null, reason: null, by: null, at: null } as const;
  const filter = { status: "all", review: "pending" } as const;
  expect(stillMatches(item("1", [], { review: pending }), filter, [])).toBe(true);
  expect(stillMatches(item("1", [], { review: { ...pending, state: "accepted" } }), filter, [])).toBe(false);
  expect(stillMatches(item("1"), { status: "all", review: "none" }, [])).toBe(true);
});

test("the counts beside the tab of unreadable images are those of the other tabs", () => {
  const shown = { status: "all", state: "unreadable", hard: true } as const;
  expect(isUnreadableTab(shown)).toBe(true);
  expect(countedFilter(shown)).toEqual({ status: "all", hard: true });
  const other = { status: "labeled", state: "unreadable" } as const;
  expect(isUnreadableTab(other)).toBe(false);
  expect(countedFilter(other)).toEqual({ status: "all", state: "unreadable" });
});
