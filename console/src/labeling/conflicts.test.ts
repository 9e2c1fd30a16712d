import { expect, test } from "vitest";
import { conflictOf, resolved } from "./conflicts";
import type { Pending } from "./outbox";
import { given, item } from "./samples";

const cat = { id: "l-cat", name: "cat" };
const dog = { id: "l-dog", name: "dog" };
const giveCat: Pending = { key: "k", ids: ["1"], edit: { add: [cat] }, at: "", expect: { 1: 1 } };
const theirs = item("1", [given(dog, "bob")], { version: 2 });

test("a conflict shows both values", () => {
  const conflict = conflictOf(item("1"), theirs, giveCat, "ada");
  expect(conflict?.mine.labels.map((label) => label.name)).toEqual(["cat"]);
  expect(conflict?.theirs.labels.map((label) => label.name)).toEqual(["dog"]);
});

test("who wanted the same has no conflict", () => {
  expect(conflictOf(item("1"), item("1", [given(cat, "bob")]), giveCat, "ada")).toBeNull();
});

test("theirs stays, mine replaces it, both are kept", () => {
  const conflict = conflictOf(item("1"), theirs, giveCat, "ada");
  if (conflict === null) throw new Error("there is a conflict");
  expect(resolved(conflict, "theirs")).toBeNull();
  expect(resolved(conflict, "mine")).toEqual({ set: [cat], hard: false });
  expect(resolved(conflict, "both")).toEqual({ add: [cat], hard: false });
});
