import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lowered } from "./lowered";

const schemaOf = (schema: object) => lowered({ schema } as never).schema;

test("what may be null is nullable, a reference too", () => {
  expect(schemaOf({ anyOf: [{ type: "string", maxLength: 5 }, { type: "null" }], title: "Name" })).toEqual({
    type: "string",
    maxLength: 5,
    title: "Name",
    nullable: true,
  });
  expect(schemaOf({ anyOf: [{ $ref: "#/components/schemas/Job" }, { type: "null" }] })).toEqual({
    allOf: [{ $ref: "#/components/schemas/Job" }],
    nullable: true,
  });
  expect(schemaOf({ anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] })).toEqual({
    anyOf: [{ type: "string" }, { type: "integer" }],
    nullable: true,
  });
});

test("constants and examples are told as 3.0 tells them, and data stays what it is", () => {
  expect(schemaOf({ const: "job", examples: ["a", "b"] })).toEqual({ enum: ["job"], example: "a" });
  expect(schemaOf({ type: ["string", "null"] })).toEqual({ type: "string", nullable: true });
  const example = { anyOf: [{ type: "null" }], const: 1 };
  expect(schemaOf({ example })).toEqual({ example });
});

test("nothing of 3.1 is left in the gateway's document, and no call is lost", () => {
  const document = JSON.parse(readFileSync(new URL("../../../docs/openapi/gateway.json", import.meta.url), "utf8"));
  const low = lowered(document);
  expect(Object.keys(low.paths as object)).toEqual(Object.keys(document.paths));
  expect(JSON.stringify(low)).not.toContain('{"type":"null"}');
  expect(JSON.stringify(low)).not.toMatch(/"type":\[/);
});
