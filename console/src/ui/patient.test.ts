import { expect, test } from "vitest";
import { patiently, type Surroundings } from "./patient";

function surroundings(isOnline: () => boolean): Surroundings & { rests: number } {
  const around = {
    rests: 0,
    isOnline,
    rest: async () => {
      around.rests += 1;
    },
  };
  return around;
}

test("without a network a part is waited for as long as it takes", async () => {
  const around = surroundings(() => false);
  const load = async () => {
    if (around.rests < 100) throw new Error("no network");
    return "part";
  };
  expect(await patiently(load, around)).toBe("part");
  expect(around.rests).toBe(100);
});

test("with a network a part that does not come fails in the end", async () => {
  const around = surroundings(() => true);
  const load = async () => {
    throw new Error("404");
  };
  await expect(patiently(load, around)).rejects.toThrow("404");
  expect(around.rests).toBe(4);
});
