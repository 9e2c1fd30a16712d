/** What operations ended with. The API leaves results open; here each kind that the console shows is read once, and checked. */
import type { Outcome } from "./items";
import type { Operation } from "./operations";
import { Problem } from "./problems";

type Result = Readonly<Record<string, unknown>>;

export interface Listed {
  count: number;
  examples: { path: string; reason: string }[];
}

export interface Synchronized {
  added: number;
  updated: number;
  removed: number;
  renamed: number;
  unchanged: number;
  skipped: Listed;
}

export interface Exported {
  count: number;
  files: number;
  leftOut: Listed;
}

export interface AcceptanceResult {
  accepted: number;
  rejected: number;
  conflicts: number;
}

/** Of an edit by filter, of confirming, reviewing, undoing. Null if it did not succeed. */
export function outcomeIn({ result }: Operation): Outcome | null {
  if (result === null || typeof result.change_id !== "string") return null;
  return {
    change_id: result.change_id,
    changed: numberIn(result, "changed"),
    unchanged: numberIn(result, "unchanged"),
    created_labels: listIn(result, "created_labels"),
    conflicts: listIn(result, "conflicts"),
    missing: listIn(result, "missing"),
    counts: (result.counts ?? {}) as Record<string, number>,
  };
}

export function synchronizedIn({ result }: Operation): Synchronized | null {
  if (result === null || typeof result.added !== "number") return null;
  return {
    added: result.added,
    updated: numberIn(result, "updated"),
    removed: numberIn(result, "removed"),
    renamed: numberIn(result, "renamed"),
    unchanged: numberIn(result, "unchanged"),
    skipped: listedIn(result.skipped),
  };
}

export function exportedIn({ result }: Operation): Exported | null {
  if (result === null || typeof result.count !== "number") return null;
  return { count: result.count, files: numberIn(result, "files"), leftOut: listedIn(result.left_out) };
}

export function acceptanceIn({ result }: Operation): AcceptanceResult | null {
  if (result === null || typeof result.accepted !== "number") return null;
  return {
    accepted: numberIn(result, "accepted"),
    rejected: numberIn(result, "rejected"),
    conflicts: numberIn(result, "conflict_count"),
  };
}

/** What an operation failed with. */
export function problemIn({ error }: Operation): Problem | null {
  if (error === null) return null;
  const word = (name: string, otherwise: string) => (typeof error[name] === "string" ? error[name] : otherwise);
  return new Problem(0, word("code", "failed"), word("title", ""), word("detail", ""));
}

function numberIn(result: Result, name: string): number {
  const value = result[name];
  return typeof value === "number" ? value : 0;
}

function listIn<T>(result: Result, name: string): T[] {
  const value = result[name];
  return Array.isArray(value) ? (value as T[]) : [];
}

function listedIn(value: unknown): Listed {
  const listed = (value ?? {}) as Partial<Listed>;
  return {
    count: typeof listed.count === "number" ? listed.count : 0,
    examples: Array.isArray(listed.examples) ? listed.examples : [],
  };
}
