import { expect, test } from "vitest";
import { labelsIn } from "./label-names";

test("a pasted list gives each label once, in its order", () => {
  expect(labelsIn("cat\ndog, bird;cat\n\n 猫、犬 ")).toEqual(["cat", "dog", "bird", "猫", "犬"]);
});
