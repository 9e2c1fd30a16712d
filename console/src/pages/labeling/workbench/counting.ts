/** The counts on the tabs and beside the labels: asked again when something changed, never more often than they are answered. */
import { readStatistics } from "@/api/items";
import { countedFilter } from "@/labeling/filters";
import type { Workplace } from "./state";

const PAUSE_MS = 250;

export class Counting {
  private asking = false;
  private again = false;
  private closed = false;

  constructor(
    private readonly jobId: string,
    private readonly place: Workplace,
    /** While an edit is on its way the server's counts may or may not have it in them. */
    private readonly mayAsk: () => boolean,
    private readonly onCounted: () => void,
  ) {}

  refresh = (): void => {
    this.again = true;
    void this.work();
  };

  close(): void {
    this.closed = true;
  }

  private async work(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    while (this.again && !this.closed) {
      if (this.mayAsk()) {
        this.again = false;
        await this.ask();
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.asking = false;
  }

  private async ask(): Promise<void> {
    const { filter } = this.place.get().view;
    try {
      const statistics = await readStatistics(this.jobId, countedFilter(filter));
      if (this.place.get().view.filter === filter) {
        this.place.patch({ statistics });
        this.onCounted();
      } else this.again = true;
    } catch {
      // The next change asks again; the connection says that something is wrong.
    }
  }
}
