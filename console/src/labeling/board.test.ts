import { expect, test } from "vitest";
import { acknowledged, emptyBoard, expectations, gone, isPending, renamed, told, withOutbox } from "./board";
import { addressed, type Pending, queued } from "./outbox";
import { given, item } from "./samples";

const cat = { id: "l-cat", name: "cat" };
const dog = { id: "l-dog", name: "dog" };
const giveCat: Pending = { key: "k", ids: ["1"], edit: { add: [cat] }, at: "2026-01-31T12:00:00Z", expect: null };

const board = told(emptyBoard("ada"), [item("1"), item("2")]);
const edited = withOutbox(board, queued([], giveCat));
const names = (of: typeof board, id: string) => of.shown.get(id)?.labels.map((label) => label.name);

test("an edit is seen at once, and known only when it was acknowledged", () => {
  expect(names(edited, "1")).toEqual(["cat"]);
  expect(edited.known.get("1")?.labels).toEqual([]);
  expect(isPending(edited, "1")).toBe(true);
});

test("images that an edit does not touch stay the same objects", () => {
  expect(edited.shown.get("2")).toBe(board.shown.get("2"));
});

test("an acknowledged edit is known, one version on", () => {
  const sent = { ...giveCat, expect: expectations(edited, giveCat) };
  const after = acknowledged(withOutbox(edited, addressed(edited.outbox, "k", sent.expect)), sent, new Set());
  expect(after.outbox).toEqual([]);
  expect(after.known.get("1")).toMatchObject({ version: 2, status: "labeled" });
});

test("a conflict shows what the other one made of it", () => {
  const sent = { ...giveCat, expect: { 1: 1 } };
  const theirs = item("1", [given(dog, "bob")], { version: 2 });
  const after = acknowledged(told(edited, [theirs]), sent, new Set(["1"]));
  expect(names(after, "1")).toEqual(["dog"]);
});

test("the feed may come before the reply", () => {
  const sent = { ...giveCat, expect: { 1: 1 } };
  const after = acknowledged(told(edited, [item("1", [given(cat)], { version: 2 })]), sent, new Set());
  expect(after.known.get("1")?.version).toBe(2);
  expect(names(after, "1")).toEqual(["cat"]);
});

test("what a colleague does is merged under what is pending", () => {
  const after = told(edited, [item("1", [given(dog, "bob")], { version: 2 })]);
  expect(names(after, "1")).toEqual(["dog", "cat"]);
});

test("an older version is ignored", () => {
  const newer = told(board, [item("1", [given(dog)], { version: 5 })]);
  expect(told(newer, [item("1", [], { version: 4 })])).toBe(newer);
});

test("what is gone is neither known nor shown", () => {
  const after = gone(edited, ["1"]);
  expect(after.shown.has("1")).toBe(false);
  expect(withOutbox(after, []).shown.has("1")).toBe(false);
});

test("a renamed label has its new name on every image", () => {
  const labeled = told(board, [item("1", [given(cat)], { version: 2 })]);
  expect(names(renamed(labeled, "l-cat", "feline"), "1")).toEqual(["feline"]);
  expect(renamed(labeled, "l-dog", "hound")).toBe(labeled);
});

test("whose work an image is stays known when others' changes of its labels are told", () => {
  const assignees = [{ account: "ben", isDone: false }];
  const listed = { assignees, agreement: 0.5, thumbnail: "/1?ticket=x", content: "/c?ticket=x" };
  const board = told(emptyBoard("ada"), [item("1", [], listed)]);
  const after = told(board, [item("1", [given(cat)], { version: 2 })]);
  expect(after.shown.get("1")).toMatchObject({ ...listed, status: "labeled" });
  const overwritten = told(after, [item("1", [given(cat)], { version: 3, contentChanged: true, thumbnail: "/new" })]);
  expect(overwritten.shown.get("1")?.thumbnail).toBe("/new");
  expect(told(after, [item("1", [], { version: 3, assignees: [] })]).shown.get("1")?.assignees).toEqual([]);
});
