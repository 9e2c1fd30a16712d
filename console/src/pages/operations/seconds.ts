import type { Operation } from "@/api/operations";

/** Whole seconds from an operation's begin to its end; null while it has none. */
export function secondsOf({ created_at, finished_at }: Pick<Operation, "created_at" | "finished_at">): number | null {
  if (finished_at === null) return null;
  return Math.max(0, Math.round((Date.parse(finished_at) - Date.parse(created_at)) / 1000));
}
