import { expect, test } from "vitest";
import { type Done, type Past, refused, remembered, undoable, undoing, undone } from "./undo";

const done = (changeId: string): Done => ({
  changeId,
  about: { kind: "given", labels: ["cat"], images: 3 },
  at: "",
  state: "done",
  left: 0,
});
const past = ["1", "2", "3"].reduce<Past>((so_far, id) => remembered(so_far, done(id)), []);

test("the last change is undone first, then the one before", () => {
  expect(undoable(past)?.changeId).toBe("3");
  expect(undoable(undone(past, "3", 0))?.changeId).toBe("2");
});

test("what is being undone is not undone twice", () => {
  expect(undoable(undoing(past, "3"))?.changeId).toBe("2");
});

test("an undo that was refused can be tried again", () => {
  expect(undoable(refused(undoing(past, "3"), "3"))?.changeId).toBe("3");
});

test("what could not be undone is remembered", () => {
  expect(undone(past, "2", 4).find((one) => one.changeId === "2")?.left).toBe(4);
});

test("with everything undone there is nothing to undo", () => {
  expect(undoable(["1", "2", "3"].reduce((so_far, id) => undone(so_far, id, 0), past))).toBeNull();
});

test("a change that is told twice stands once", () => {
  expect(remembered(past, done("2"))).toBe(past);
});

test("what took a change back is nothing to undo, told before the reply or after it", () => {
  const after = remembered(undone(past, "3", 0, "4"), done("4"));
  const before = undone(remembered(past, done("4")), "3", 0, "4");
  expect(undoable(after)?.changeId).toBe("2");
  expect(undoable(before)?.changeId).toBe("2");
});
