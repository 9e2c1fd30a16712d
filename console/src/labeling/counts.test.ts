import { expect, test } from "vitest";
import { emptyBoard, told, withOutbox } from "./board";
import { countsShown } from "./counts";
import { given, item } from "./samples";

const cat = { id: "l-cat", name: "cat" };
const dog = { id: "l-dog", name: "dog" };
const counted = { total: 10, labeled: 3, unlabeled: 7, to_confirm: 0, unreadable: 0, labels: new Map([["l-dog", 3]]) };
const board = told(emptyBoard("ada"), [item("1"), item("2", [given(dog)])]);

test("with nothing pending the server's counts are shown", () => {
  expect(countsShown(counted, board)).toBe(counted);
});

test("what is pending is counted as if it were done", () => {
  const pending = { key: "k", ids: ["1", "2"], edit: { set: [cat] }, at: "", expect: null };
  const shown = countsShown(counted, withOutbox(board, [pending]));
  expect(shown).toMatchObject({ labeled: 4, unlabeled: 6 });
  expect(shown.labels.get("l-cat")).toBe(2);
  expect(shown.labels.get("l-dog")).toBe(2);
});

test("an unreadable image is counted as labeled once it is, and was not unlabeled before", () => {
  const broken = told(emptyBoard("ada"), [item("1", [], { unreadable: "Cut off." })]);
  const pending = { key: "k", ids: ["1"], edit: { set: [cat] }, at: "", expect: null };
  expect(countsShown(counted, withOutbox(broken, [pending]))).toMatchObject({ labeled: 4, unlabeled: 7 });
});

test("images that are not loaded are left to the server", () => {
  const pending = { key: "k", ids: ["elsewhere"], edit: { add: [cat] }, at: "", expect: null };
  expect(countsShown(counted, withOutbox(board, [pending]))).toMatchObject({ labeled: 3, unlabeled: 7 });
});
