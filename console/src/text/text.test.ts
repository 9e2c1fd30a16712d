import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "./en.json";
import zh from "./zh.json";

const placeholders = (message: string) => [...message.matchAll(/\{(\w+)\s*[,}]/g)].map((found) => found[1]).sort();

test("both languages say the same things", () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
});

test("both languages name the same values", () => {
  for (const [key, message] of Object.entries(en)) {
    const there = new Set(placeholders(zh[key as keyof typeof zh]));
    expect([...there], key).toEqual([...new Set(placeholders(message))]);
  }
});

test("what is a number in English is one in Chinese: both have separators", () => {
  for (const [key, message] of Object.entries(en)) {
    const numbers = [...message.matchAll(/\{(\w+), (?:number|plural)/g)].map((found) => found[1]);
    const bare = numbers.filter((name) => zh[key as keyof typeof zh].includes(`{${name}}`));
    expect(bare, key).toEqual([]);
  }
});

test("no number or day follows the browser's language instead of the chosen one", () => {
  const faults = sources(join(__dirname, "..")).filter((path) =>
    /\.toLocale\w*\(|Intl\.(Number|DateTime|RelativeTime)Format\(/.test(readFileSync(path, "utf8")),
  );
  expect(faults).toEqual([]);
});

test("no text is left over", () => {
  const used = sources(join(__dirname, ".."))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  // Keys that end in a code or a state are put together: `state.${job.state}`.
  const built = [...used.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1] ?? "");
  const unused = Object.keys(en).filter(
    (key) => !used.includes(`"${key}"`) && !built.some((start) => key.startsWith(start)),
  );
  expect(unused).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts") && !path.endsWith("schema.d.ts"))
    .map((path) => join(folder, path));
}
