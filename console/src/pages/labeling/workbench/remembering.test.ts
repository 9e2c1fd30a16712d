import { expect, test } from "vitest";
import { MOST_PAST } from "@/labeling/undo";
import { ChangedImages } from "./remembering";

test("the images of a change are known for as long as it can be undone, the first fifty of each", () => {
  const changed = new ChangedImages();
  const many = Array.from({ length: 51 }, (_, number) => `i-${number}`);
  for (let number = 0; number <= MOST_PAST; number += 1) changed.add(`c-${number}`, many);
  expect(changed.of("c-0")).toEqual([]);
  expect(changed.of("c-1")).toEqual(many.slice(0, 50));
  expect(changed.of(`c-${MOST_PAST}`)).toHaveLength(50);
});
