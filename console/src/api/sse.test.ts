import { expect, test } from "vitest";
import { EventParser } from "./sse";

test("an event may arrive in pieces", () => {
  const parser = new EventParser();
  expect(parser.push("id: 7\nda")).toEqual([]);
  expect(parser.push('ta: {"a"')).toEqual([]);
  expect(parser.push(":1}\n\nid: 8\n")).toEqual([{ id: "7", data: '{"a":1}' }]);
  expect(parser.push("data: x\n\n")).toEqual([{ id: "8", data: "x" }]);
});

test("comments and the time to retry are no events", () => {
  expect(new EventParser().push("retry: 1000\n\n: still here\n\n")).toEqual([]);
});

test("an id alone tells the place", () => {
  expect(new EventParser().push("id: 12\n\n")).toEqual([{ id: "12", data: "" }]);
});
