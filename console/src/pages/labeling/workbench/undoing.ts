/** Taking a change back: label-service undoes changes of labels; deleted images are restored by sync-service. */
import { readItem, undoChange } from "@/api/items";
import { endOf } from "@/api/operations";
import { Problem } from "@/api/problems";
import { problemIn } from "@/api/results";
import { restoreSamples } from "@/api/samples";
import { told } from "@/labeling/board";
import type { Past } from "@/labeling/undo";
import type { Workplace } from "./state";

/** Each is a call of its own; of more the feed tells. */
const MOST_READ = 50;

interface TakenBack {
  /** How many images were left as they are, because somebody changed them since. */
  left: number;
  /** The change that took it back, if it was one of labels. */
  by?: string;
}

export async function takenBack(jobId: string, past: Past, changeId: string): Promise<TakenBack> {
  const restore = past.find((one) => one.changeId === changeId)?.restore;
  if (restore) return { left: await restored(restore.dataset, restore.ids) };
  const outcome = await undoChange(jobId, changeId);
  return { left: outcome.conflicts.length + outcome.missing.length, by: outcome.change_id };
}

async function restored(dataset: string, ids: readonly string[]): Promise<number> {
  const operation = await endOf(await restoreSamples(dataset, ids));
  if (operation.state !== "succeeded") {
    throw problemIn(operation) ?? new Problem(0, operation.state, "", "");
  }
  const count = operation.result?.restored;
  return typeof count === "number" ? ids.length - count : 0;
}

/** Reads images anew that are loaded: they stay where they are. One that cannot be read is left to the feed. */
export async function readAnew(jobId: string, place: Workplace, ids: readonly string[]): Promise<void> {
  const { known } = place.get().board;
  const wanted = ids.filter((id) => known.has(id)).slice(0, MOST_READ);
  const read = await Promise.allSettled(wanted.map((id) => readItem(jobId, id)));
  const items = read.flatMap((each) => (each.status === "fulfilled" ? [each.value.item] : []));
  place.update((state) => ({ ...state, board: told(state.board, items) }));
}
