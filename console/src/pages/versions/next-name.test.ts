import { expect, test } from "vitest";
import { nextName } from "./next-name";

test("the first version has a name to go on from", () => expect(nextName(undefined)).toBe("V001"));

test.each([
  ["V001", "V002"],
  ["V009", "V010"],
  ["V999", "V1000"],
  ["2026-01.rc9", "2026-01.rc10"],
  ["1-checked", "2-checked"],
  ["first", ""],
])("after %s comes %s", (before, after) => expect(nextName(before)).toBe(after));
