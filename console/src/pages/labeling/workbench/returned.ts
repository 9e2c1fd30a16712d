/** What a review has sent back to this person: in focus it comes before everything else. */
import { listItems } from "@/api/items";
import type { Job } from "@/api/jobs";
import { told } from "@/labeling/board";
import { criteriaOf, type Filter } from "@/labeling/filters";
import { begunWith, type Focus, focusedOn, followedBy } from "@/labeling/focus";
import type { Item } from "@/labeling/items";
import type { Workplace } from "./state";

const MOST = 100;
/** So long no image is shown: one that is shown must not give way under the fingers of who is about to label it. */
export const LONGEST_WAIT_MS = 1_000;

/** Where to look for what was sent back to a person. */
export function sentBackTo(me: string, job: Pick<Job, "team">) {
  const isOwn = job.team?.assignment !== "none";
  return { status: "all", review: "rejected", ...(isOwn ? { assignee: "me" } : { labeled_by: me }) } as const;
}

export class Returned {
  private begun = 0;

  constructor(
    private readonly jobId: string,
    private readonly place: Workplace,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Opens focus, as soon as it is known what begins it. What becomes known too late follows the image that is shown. */
  async begin(filter: Filter | null): Promise<void> {
    this.begun += 1;
    const turn = this.begun;
    const isOver = () => turn !== this.begun || this.place.get().mode !== "focus";
    if (filter === null || this.isChosen()) return this.open(null);
    const asked = this.read(filter);
    const found = await Promise.race([asked, after(LONGEST_WAIT_MS)]);
    if (isOver()) return;
    this.open(found);
    if (found !== null) return;
    const late = await asked;
    if (!isOver()) this.show(late, (ids) => (focus) => followedBy(focus, ids));
  }

  /** Whoever has chosen an image of the list, or looks for something, begins with that. */
  private isChosen(): boolean {
    const { selection, view, paging } = this.place.get();
    const hasChosen = selection.cursor !== null && paging.buffer.includes(selection.cursor);
    return hasChosen || criteriaOf(view.filter).some((criterion) => criterion !== "assignee");
  }

  private async read(filter: Filter): Promise<Item[]> {
    try {
      return (await listItems(this.jobId, filter, "added", { limit: MOST })).items;
    } catch (error) {
      this.onFault(error);
      return [];
    }
  }

  private open(found: Item[] | null): void {
    this.place.update((state) => ({ ...state, focus: focusedOn(state.paging.buffer, state.selection.cursor) }));
    if (found !== null && found.length > 0) this.show(found, (ids) => (focus) => begunWith(focus, ids));
  }

  private show(items: Item[], placed: (ids: string[]) => (focus: Focus) => Focus): void {
    const changed = placed(items.map((item) => item.id));
    this.place.update((state) => ({
      ...state,
      board: told(state.board, items),
      focus: state.focus && changed(state.focus),
    }));
  }
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}
