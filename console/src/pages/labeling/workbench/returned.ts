/** What a review has sent back to this person: in focus it comes before everything else. */
import { listItems } from "@/api/items";
import { told } from "@/labeling/board";
import { criteriaOf, type Filter } from "@/labeling/filters";
import { begunWith } from "@/labeling/focus";
import type { Workplace } from "./state";

const MOST = 100;

export class Returned {
  private filter: Filter | null = null;

  constructor(
    private readonly jobId: string,
    private readonly place: Workplace,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Where to look for it. */
  isFoundBy(filter: Filter): void {
    this.filter = filter;
    void this.begin();
  }

  /** Whoever has chosen an image of the list, or looks for something, begins with that. */
  async begin(): Promise<void> {
    const { mode, selection, view, paging } = this.place.get();
    const hasChosen = selection.cursor !== null && paging.buffer.includes(selection.cursor);
    const looksForSomething = criteriaOf(view.filter).some((criterion) => criterion !== "assignee");
    if (this.filter === null || mode !== "focus" || hasChosen || looksForSomething) return;
    try {
      const { items } = await listItems(this.jobId, this.filter, "added", { limit: MOST });
      const ids = items.map((item) => item.id);
      this.place.update((state) => ({
        ...state,
        board: told(state.board, items),
        focus: state.focus && begunWith(state.focus, ids),
      }));
    } catch (error) {
      this.onFault(error);
    }
  }
}
