/** Buckets as people write them: one a line, `bucket` or `bucket/prefix`. */
import type { SourceSummary } from "@/api/sources";

export function bucketsText(buckets: SourceSummary["buckets"]): string {
  return (buckets ?? []).map(({ name, prefix }) => (prefix ? `${name}/${prefix}` : name)).join("\n");
}

/** Nothing means every bucket that the key reaches. */
export function bucketsOf(text: string): SourceSummary["buckets"] {
  const lines = text.split("\n").map((line) => line.trim().replace(/^s3:\/\//, ""));
  const named = lines
    .filter((line) => line !== "")
    .map((line) => {
      const end = line.indexOf("/");
      return end < 0 ? { name: line, prefix: "" } : { name: line.slice(0, end), prefix: line.slice(end + 1) };
    });
  return named.length > 0 ? named : null;
}
