/** Reads images that are loaded once more: they stay where they are. */
import { readItem } from "@/api/items";
import { Problem } from "@/api/problems";
import { told } from "@/labeling/board";
import { withoutGone } from "./leaving";
import type { Workplace } from "./state";

/** Each image is a call of its own. */
const AT_ONCE = 50;

/** Images that are no longer there leave. Those that cannot be read now stay as they are: the feed tells what becomes of them. */
export async function readAnew(jobId: string, place: Workplace, ids: readonly string[]): Promise<void> {
  const { known } = place.get().board;
  const wanted = ids.filter((id) => known.has(id));
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const read = await Promise.allSettled(some.map((id) => readItem(jobId, id)));
    const items = read.flatMap((each) => (each.status === "fulfilled" ? [each.value.item] : []));
    const gone = some.filter((_, index) => isGone(read[index]));
    place.update((state) => ({ ...state, board: told(state.board, items) }));
    if (gone.length > 0) place.update((state) => withoutGone(state, gone));
  }
}

function isGone(read: PromiseSettledResult<unknown> | undefined): boolean {
  return read?.status === "rejected" && read.reason instanceof Problem && read.reason.status === 404;
}
