/** The counts that are shown: what the server counted, and what the outbox will make of it. */
import type { Board } from "./board";
import { type Item, waits } from "./items";

export interface Counts {
  total: number;
  labeled: number;
  unlabeled: number;
  to_confirm: number;
  /** In the total; those without labels are not unlabeled. */
  unreadable: number;
  /** By label id. */
  labels: ReadonlyMap<string, number>;
}

export function countsShown(counted: Counts, board: Board): Counts {
  if (board.outbox.length === 0) return counted;
  const totals = { labeled: counted.labeled, unlabeled: counted.unlabeled, to_confirm: counted.to_confirm };
  const labels = new Map(counted.labels);
  for (const id of new Set(board.outbox.flatMap((pending) => pending.ids))) {
    const before = board.known.get(id);
    const after = board.shown.get(id);
    if (before === undefined || after === undefined) continue;
    if (!isSetApart(before)) totals[before.status] -= 1;
    if (!isSetApart(after)) totals[after.status] += 1;
    for (const label of labelIds(before)) labels.set(label, (labels.get(label) ?? 0) - 1);
    for (const label of labelIds(after)) labels.set(label, (labels.get(label) ?? 0) + 1);
  }
  return { ...counted, ...totals, labels };
}

/** Nobody is asked to label what cannot be read. */
function isSetApart(item: Item): boolean {
  return item.status === "unlabeled" && item.unreadable !== undefined;
}

function labelIds(item: Item): string[] {
  return item.labels.filter((given) => !waits(given)).map((given) => given.labelId);
}
