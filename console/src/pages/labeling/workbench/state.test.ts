import { expect, test } from "vitest";
import { told } from "@/labeling/board";
import { given, item } from "@/labeling/samples";
import { toggled, withAll } from "@/labeling/selection";
import { withoutGone, withoutTaken, withoutUnmatched } from "./leaving";
import { createState, pageIds, select, selectableIds, type Workplace } from "./state";

const cat = { id: "l-cat", name: "cat" };

/** Unlabeled images a, b and c are shown; then Bob labels b. */
function opened(): Workplace {
  const place = createState("ada", { filter: { status: "unlabeled" }, sort: "added", size: 50 }, 0, "grid");
  place.update((state) => ({
    ...state,
    paging: { ...state.paging, buffer: ["a", "b", "c"] },
    board: told(state.board, [item("a"), item("b", [given(cat, "bob")]), item("c")]),
  }));
  return place;
}

test("unticking an image ends the selection of all that match", () => {
  const place = opened();
  select(place, (selection) => withAll(selection, ["a", "b", "c"]), true);
  expect(place.get().matching).toBe(true);
  select(place, (selection) => toggled(selection, "a"));
  expect(place.get().matching).toBe(false);
  expect([...place.get().selection.ids]).toEqual(["b", "c"]);
});

test("the whole page is what still matches, and what was selected before", () => {
  const place = opened();
  expect(selectableIds(place.get())).toEqual(["a", "c"]);
  select(place, (selection) => toggled(selection, "b"));
  expect(selectableIds(place.get())).toEqual(["a", "b", "c"]);
});

test("what a colleague labeled leaves the page, and the selection stays", () => {
  const place = opened();
  select(place, (selection) => toggled(selection, "c"));
  const left = withoutTaken(place.get(), ["b"]);
  expect(pageIds(left)).toEqual(["a", "c"]);
  expect([...left.selection.ids]).toEqual(["c"]);
});

test("what a colleague labeled stays where it is selected, or the cursor is on it", () => {
  const place = opened();
  place.update((state) => ({ ...state, selection: { ...state.selection, cursor: "b" } }));
  expect(pageIds(withoutTaken(place.get(), ["b"]))).toEqual(["a", "b", "c"]);
  expect(pageIds(withoutUnmatched(place.get(), ["a", "b", "c"]))).toEqual(["a", "c"]);
});

test("what is gone gives way in focus, too", () => {
  const place = opened();
  place.patch({ focus: { order: ["a", "b", "c"], place: 1 } });
  expect(withoutGone(place.get(), ["a", "b"]).focus).toEqual({ order: ["c"], place: 0 });
});
