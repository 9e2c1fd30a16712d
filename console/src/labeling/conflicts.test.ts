import { expect, test } from "vitest";
import { conflictOf, renewed, resolved } from "./conflicts";
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

test("a label that only waits is not the same as one that was given", () => {
  const proposed = item("1", [given(cat, "net", "model")], { version: 2 });
  expect(conflictOf(item("1"), proposed, giveCat, "ada")).not.toBeNull();
});

test("a conflict that was kept has the present value, and ends when both are the same", () => {
  const conflict = conflictOf(item("1"), theirs, giveCat, "ada");
  if (conflict === null) throw new Error("there is a conflict");
  const present = item("1", [given({ id: "l-owl", name: "owl" }, "bob")], { version: 3 });
  expect(renewed(conflict, present)).toEqual({ ...conflict, theirs: present });
  expect(renewed(conflict, item("1", [given(cat, "bob")], { version: 3 }))).toBeNull();
});
