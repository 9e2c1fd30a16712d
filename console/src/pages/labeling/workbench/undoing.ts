/** Taking a change back: label-service undoes changes of labels; deleted images are restored by sync-service. */
import { undoChange } from "@/api/items";
import { endOf } from "@/api/operations";
import { Problem } from "@/api/problems";
import { problemIn } from "@/api/results";
import { restoreSamples } from "@/api/samples";
import type { Past } from "@/labeling/undo";

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
