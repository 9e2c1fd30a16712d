/** An operation's result in a few words: its numbers; lists and counted things as how many they are. */
import type { TextKey, Translate } from "@/text/text";

const NAMES: Readonly<Record<string, TextKey>> = {
  added: "data.added",
  imported: "import.imported",
  rejected: "import.rejected",
  removed: "data.removed",
  renamed: "data.renamed",
  unchanged: "data.unchanged",
  updated: "data.updated",
};

export function resultLines(result: Record<string, unknown> | null, text: Translate): string[] {
  return Object.entries(result ?? {}).flatMap(([key, value]) => {
    const count = countOf(value);
    const name = NAMES[key];
    return count === null ? [] : [`${name ? text(name) : key.replaceAll("_", " ")} ${count.toLocaleString()}`];
  });
}

function countOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "object" || value === null) return null;
  return "count" in value && typeof value.count === "number" ? value.count : null;
}
