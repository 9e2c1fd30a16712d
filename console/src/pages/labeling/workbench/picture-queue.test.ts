import { expect, test } from "vitest";
import { PictureQueue } from "./picture-queue";

function started(queue: PictureQueue, names: string[], isAhead = false) {
  const begun: string[] = [];
  const ends = new Map(names.map((name) => [name, queue.add(() => begun.push(name), isAhead)]));
  return { begun, end: (name: string) => ends.get(name)?.() };
}

test("four pictures are loaded at once, the next when one is there", () => {
  const { begun, end } = started(new PictureQueue(), ["1", "2", "3", "4", "5", "6"]);
  expect(begun).toEqual(["1", "2", "3", "4"]);
  end("2");
  expect(begun.at(-1)).toBe("5");
});

test("what is not wanted any more is never loaded", () => {
  const { begun, end } = started(new PictureQueue(), ["1", "2", "3", "4", "5", "6"]);
  end("5");
  end("1");
  expect(begun).toEqual(["1", "2", "3", "4", "6"]);
});

test("what is seen goes before what is loaded in advance", () => {
  const queue = new PictureQueue();
  const first = started(queue, ["1", "2", "3", "4"]);
  const ahead = started(queue, ["later"], true);
  const seen = started(queue, ["seen"]);
  first.end("1");
  expect([seen.begun, ahead.begun]).toEqual([["seen"], []]);
});

test("a picture that ends twice frees one place", () => {
  const { begun, end } = started(new PictureQueue(), ["1", "2", "3", "4", "5", "6"]);
  end("1");
  end("1");
  expect(begun).toHaveLength(5);
});
