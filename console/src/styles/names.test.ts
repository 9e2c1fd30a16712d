import { basename } from "node:path";
import { expect, test } from "vitest";

test("no two style sheets have the same name, so that no two classes have", () => {
  const names = Object.keys(import.meta.glob("../**/*.module.css")).map((file) => basename(file));
  expect(names).toContain("button.module.css");
  expect(new Set(names).size).toBe(names.length);
});
