import { expect, test } from "vitest";
import { isImage, sorted } from "./picking";

const picked = (path: string, content = "x") => ({ path, file: new File([content], path) });

test("what cannot be sent is kept with the reason", () => {
  const all = [picked("set/b.PNG"), picked("set/notes.doc"), picked("set/a.jpg", ""), picked("l.csv"), picked("no")];
  const { files, unfit } = sorted(all);
  expect(files.map(({ path }) => path)).toEqual(["l.csv", "set/b.PNG"]);
  expect(files.map(isImage)).toEqual([false, true]);
  expect(unfit).toEqual([
    { path: "no", why: "ending" },
    { path: "set/a.jpg", why: "empty" },
    { path: "set/notes.doc", why: "ending" },
  ]);
});
