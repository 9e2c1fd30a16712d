/** Edits that were made and not yet acknowledged, in their order. They are sent one after the other, each with a key that
 * makes sending it twice harmless. */
import type { Edit } from "./edits";

export interface Pending {
  /** The Idempotency-Key, the same at every attempt. */
  key: string;
  ids: readonly string[];
  edit: Edit;
  at: string;
  /** The versions that it was made on, once it was sent: what it was sent with is repeated exactly. */
  expect: Readonly<Record<string, number>> | null;
}

export type Outbox = readonly Pending[];

export function queued(outbox: Outbox, pending: Pending): Outbox {
  return [...outbox, pending];
}

export function first(outbox: Outbox): Pending | null {
  return outbox[0] ?? null;
}

export function addressed(outbox: Outbox, key: string, expect: Record<string, number>): Outbox {
  return outbox.map((one) => (one.key === key && one.expect === null ? { ...one, expect } : one));
}

export function settled(outbox: Outbox, key: string): Outbox {
  return outbox.filter((one) => one.key !== key);
}

/** How many images have a change that is not acknowledged. */
export function unsentImages(outbox: Outbox): number {
  return new Set(outbox.flatMap((one) => one.ids)).size;
}

/** What another tab left behind goes first: it was made before. Nothing is taken in twice. */
export function adopted(outbox: Outbox, left: Outbox): Outbox {
  const known = new Set(outbox.map((one) => one.key));
  return [...left.filter((one) => !known.has(one.key)), ...outbox];
}

const LONGEST_WAIT_MS = 15_000;
const FIRST_WAIT_MS = 500;

/** How long to wait before the next attempt; the refusal's own wish comes first. */
export function waitBefore(attempt: number, retryAfterSeconds: number | null): number {
  if (retryAfterSeconds !== null) return retryAfterSeconds * 1000;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}
