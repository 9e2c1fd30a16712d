import { expect, test } from "vitest";
import { initialsOf } from "./initials";

test("a name becomes the first letters of its first two words", () => {
  expect(initialsOf("Ada Byron King")).toBe("AB");
  expect(initialsOf("ada@example.org")).toBe("AE");
  expect(initialsOf("李雷")).toBe("李");
  expect(initialsOf("")).toBe("");
});
