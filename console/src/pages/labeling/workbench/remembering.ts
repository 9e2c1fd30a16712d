/** What was done in other ways than through the outbox becomes something to undo, too. */
import type { Outcome } from "@/api/items";
import { type Done, MOST_PAST, remembered } from "@/labeling/undo";
import type { Workplace } from "./state";

/** Of each change: they are read once more when it is undone. Of more images the feed tells. */
const MOST_IMAGES = 50;

/** The images of the changes that can be undone: those of older ones are forgotten. */
export class ChangedImages {
  private readonly ids = new Map<string, readonly string[]>();

  add(changeId: string, ids: readonly string[]): void {
    this.ids.set(changeId, ids.slice(0, MOST_IMAGES));
    const [oldest] = this.ids.keys();
    if (this.ids.size > MOST_PAST && oldest !== undefined) this.ids.delete(oldest);
  }

  of(changeId: string): readonly string[] {
    return this.ids.get(changeId) ?? [];
  }
}

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
