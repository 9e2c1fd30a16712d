import { useRef } from "react";
import type { Operation } from "@/api/operations";

/** Things done a second since this page began to look; 0 until that can be told. */
export function useRate(operation: Operation | undefined): number {
  const first = useRef<{ at: number; done: number } | null>(null);
  if (operation === undefined) return 0;
  first.current ??= { at: performance.now(), done: operation.done };
  const seconds = (performance.now() - first.current.at) / 1000;
  return seconds >= 1 ? (operation.done - first.current.done) / seconds : 0;
}
