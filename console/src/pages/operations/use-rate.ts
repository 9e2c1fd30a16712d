/** How fast an operation goes, and how long it took. */
import { useRef } from "react";
import type { Operation } from "@/api/operations";

/** Things done a second since this page began to look. */
export function useRate(operation: Operation): number {
  const first = useRef({ at: performance.now(), done: operation.done });
  const seconds = (performance.now() - first.current.at) / 1000;
  return seconds >= 1 ? (operation.done - first.current.done) / seconds : 0;
}

/** Whole seconds from its begin to its end; null while it has none. */
export function secondsOf({ created_at, finished_at }: Pick<Operation, "created_at" | "finished_at">): number | null {
  if (finished_at === null) return null;
  return Math.max(0, Math.round((Date.parse(finished_at) - Date.parse(created_at)) / 1000));
}
