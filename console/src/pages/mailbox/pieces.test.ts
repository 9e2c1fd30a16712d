import { expect, test } from "vitest";
import { pieces } from "./pieces";

test("addresses stand apart, and nothing of the text is lost", () => {
  const text = "Hello,\nhttps://labels.example.org/invitations/x-1\n\nBye http://a.b";
  const found = pieces(text);
  expect(found.map(({ piece }) => piece).join("")).toBe(text);
  expect(found.filter(({ isLink }) => isLink).map(({ piece }) => piece)).toEqual([
    "https://labels.example.org/invitations/x-1",
    "http://a.b",
  ]);
  expect(pieces("javascript:alert(1)").some(({ isLink }) => isLink)).toBe(false);
});
