/** An operation's result in a few words: its numbers; lists and counted things as how many they are. What is none is left out,
 * unless nothing is left then. */
import type { TextKey, Translate } from "@/text/text";

const NAMES: Readonly<Record<string, TextKey>> = {
  accepted: "acceptance.accepted",
  added: "data.added",
  changed: "operations.changed",
  conflict_count: "operations.conflicts",
  conflicts: "operations.conflicts",
  counts: "labelSet.images",
  created_labels: "operations.createdLabels",
  deleted: "operations.deleted",
  failed: "operations.failed",
  files: "operations.files",
  found: "operations.found",
  imported: "import.imported",
  left_out: "operations.leftOut",
  missing: "operations.missing",
  rejected: "import.rejected",
  removed: "data.removed",
  renamed: "data.renamed",
  restored: "operations.restored",
  skipped: "operations.skipped",
  unchanged: "data.unchanged",
  updated: "data.updated",
};

/** Where the work was done, and what is told by its count already. */
const UNTOLD = new Set(["seq"]);

export function resultLines(result: Record<string, unknown> | null, text: Translate): string[] {
  const counted = Object.entries(result ?? {}).flatMap(([key, value]) => {
    if (UNTOLD.has(key) || (key === "conflicts" && result?.conflict_count !== undefined)) return [];
    const count = countOf(value);
    const name = NAMES[key];
    return count === null ? [] : [{ name: name ? text(name) : key.replaceAll("_", " "), count }];
  });
  const some = counted.filter(({ count }) => count !== 0);
  return (some.length > 0 ? some : counted).map(
    ({ name, count }) => `${name} ${text("number.plain", { value: count })}`,
  );
}

function countOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "object" || value === null) return null;
  if ("count" in value && typeof value.count === "number") return value.count;
  return "total" in value && typeof value.total === "number" ? value.total : null;
}
