import { expect, test } from "vitest";
import en from "@/text/en.json";
import { wordsOf } from "./problem";

test("every problem of a provider has words of its own", () => {
  const codes = ["state-invalid", "refused", "answer-invalid", "unavailable", "email-unverified", "not-allowed"];
  const words = codes.map((code) => wordsOf(`provider-${code}`));
  expect(new Set(words).size).toBe(codes.length);
  expect(words.every((key) => en[key].length > 0)).toBe(true);
});

test("what is no known problem shows nothing that was put into the address", () => {
  for (const made of ["<b>call 555</b>", "constructor", "__proto__", ""])
    expect(en[wordsOf(made)]).toBeTypeOf("string");
});
