/** What was done in other ways than through the outbox becomes something to undo, too. */
import type { Outcome } from "@/api/items";
import { type Done, remembered } from "@/labeling/undo";
import type { Workplace } from "./state";

type About = Pick<Done["about"], "kind" | "labels">;

export function rememberOutcome(place: Workplace, outcome: Outcome, about: About): void {
  if (outcome.changed > 0) remember(place, outcome.change_id, { ...about, images: outcome.changed });
}

/** Images were moved to the trash of a dataset, from which they can be restored. */
export function rememberDeletion(place: Workplace, ids: readonly string[], dataset: string, operationId: string): void {
  remember(place, operationId, { kind: "deleted", labels: [], images: ids.length }, { dataset, ids });
}

function remember(place: Workplace, changeId: string, about: Done["about"], restore?: Done["restore"]): void {
  const done: Done = {
    changeId,
    about,
    at: new Date().toISOString(),
    state: "done",
    left: 0,
    ...(restore && { restore }),
  };
  place.update((state) => ({ ...state, past: remembered(state.past, done) }));
}
