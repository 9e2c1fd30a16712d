/** The gateway's document as OpenAPI 3.0 has it. For a document of 3.1 Swagger UI parses and resolves all of it anew whenever a call is
 * opened, which takes seconds; for 3.0 it resolves that call alone. What differs between the two is written differently, and means
 * the same. The document that is downloaded is the gateway's own. */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Members = { [name: string]: Json };

const VERSION = "3.0.3";
/** Values, not descriptions of values. */
const DATA = new Set(["example", "default", "enum", "value"]);

export function lowered(document: Members): Members {
  return { ...(written(document) as Members), openapi: VERSION };
}

function written(value: Json): Json {
  if (Array.isArray(value)) return value.map(written);
  if (!isMembers(value)) return value;
  const all = Object.entries(value).map(([name, each]) => [name, DATA.has(name) ? each : written(each)] as const);
  return asSchema(Object.fromEntries(all));
}

function asSchema({ ...schema }: Members): Members {
  if (Array.isArray(schema.examples)) {
    schema.example ??= schema.examples[0] ?? null;
    delete schema.examples;
  }
  if ("const" in schema && !isMembers(schema.const ?? null)) {
    schema.enum = [schema.const ?? null];
    delete schema.const;
  }
  if (Array.isArray(schema.type)) return { ...schema, ...withoutNull(schema.type.map((type) => ({ type }))) };
  if (!Array.isArray(schema.anyOf) || !schema.anyOf.some(isNull)) return schema;
  const { anyOf, ...others } = schema;
  return { ...withoutNull(anyOf as Json[]), ...others };
}

/** Alternatives of which one may be null. */
function withoutNull(choices: readonly Json[]): Members {
  const rest = choices.filter((each) => !isNull(each));
  const nullable: Members = rest.length < choices.length ? { nullable: true } : {};
  const [only] = rest;
  if (rest.length !== 1 || !isMembers(only ?? null)) return { anyOf: rest, ...nullable };
  const schema = only as Members;
  // Nothing may stand beside a reference.
  return "$ref" in schema ? { allOf: [schema], ...nullable } : { ...schema, ...nullable };
}

function isNull(value: Json): boolean {
  return isMembers(value) && value.type === "null";
}

function isMembers(value: Json): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
