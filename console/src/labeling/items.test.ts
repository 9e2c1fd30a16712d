import { expect, test } from "vitest";
import { applied } from "./edits";
import { refOfGiven } from "./items";
import { item } from "./samples";

test("a label that was made a moment ago is told by its name: it has no id yet", () => {
  const after = applied(item("1"), { add: [{ id: null, name: "owl" }] }, { id: "ada", at: "" });
  const [owl] = after.labels;
  if (owl === undefined) throw new Error("it was given");
  expect(refOfGiven(owl)).toEqual({ id: null, name: "owl" });
  expect(refOfGiven({ ...owl, labelId: "l-owl" })).toEqual({ id: "l-owl", name: "owl" });
});
