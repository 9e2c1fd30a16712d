/** What of the list of operations is in the address. */
import type { OperationState } from "@/api/operations";
import { oneOf, type Search } from "@/app/search";

export const OPERATION_STATES = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
] as const satisfies readonly OperationState[];

export interface OperationsSearch {
  state?: OperationState;
}

export function validateOperationsSearch(search: Search): OperationsSearch {
  const state = oneOf(search.state, OPERATION_STATES);
  return state ? { state } : {};
}
