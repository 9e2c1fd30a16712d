/** An image that somebody else changed first: both values, and what can be done. */
import { applied, type Edit } from "./edits";
import { type Item, refOfGiven, waits } from "./items";
import type { Pending } from "./outbox";

export interface Conflict {
  id: string;
  /** What was wanted here. */
  mine: Item;
  /** What is there. */
  theirs: Item;
  edit: Edit;
}

export type Resolution = "theirs" | "mine" | "both";

export function conflictOf(before: Item, theirs: Item, pending: Pending, me: string): Conflict | null {
  const mine = applied(before, pending.edit, { id: me, at: pending.at });
  return sameOutcome(mine, theirs) ? null : { id: theirs.id, mine, theirs, edit: pending.edit };
}

/** The edit that a resolution needs; null if the other's value stays. */
export function resolved(conflict: Conflict, resolution: Resolution): Edit | null {
  if (resolution === "theirs") return null;
  const mine = conflict.mine.labels.filter((given) => !waits(given)).map(refOfGiven);
  const labels = resolution === "mine" ? { set: mine } : { add: mine };
  return { ...labels, hard: conflict.mine.hard };
}

/** A conflict that was kept, when the image is read again; null if both values are the same by now. */
export function renewed(conflict: Conflict, theirs: Item): Conflict | null {
  return sameOutcome(conflict.mine, theirs) ? null : { ...conflict, theirs };
}

function sameOutcome(one: Item, other: Item): boolean {
  const names = (item: Item) =>
    item.labels
      .map((given) => `${given.name}\t${waits(given)}`)
      .sort()
      .join("\n");
  return one.hard === other.hard && names(one) === names(other);
}
