/** Keeps what was not sent, and conflicts that wait for a decision, beyond the life of the tab. Each tab has a place of its
 * own; what a tab that is gone left there is taken over by the next one that opens the job as the same person. */
import { randomId } from "@/api/ids";
import type { Conflict } from "@/labeling/conflicts";
import type { Outbox } from "@/labeling/outbox";

const PREFIX = "labelstream-outbox";

export interface Kept {
  outbox: Outbox;
  conflicts: readonly Conflict[];
}

export class OutboxStorage {
  private readonly prefix: string;
  private readonly own: string;
  private release: () => void = () => undefined;

  constructor(account: string, job: string) {
    this.prefix = `${PREFIX}/${account}/${job}/`;
    this.own = this.prefix + randomId();
  }

  /** Says that this tab lives: as long as it does, nobody else takes what is its own. */
  open(): void {
    void navigator.locks?.request(this.own, () => new Promise<void>((resolve) => (this.release = resolve)));
  }

  close(): void {
    this.release();
  }

  /** Whether it is kept: a browser may refuse, or be full. */
  keep(kept: Kept): boolean {
    try {
      if (isEmpty(kept)) localStorage.removeItem(this.own);
      else localStorage.setItem(this.own, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  /** What tabs that are gone have left. `take` is called while nobody else can take it, too. */
  async adopt(take: (left: Kept) => void): Promise<void> {
    for (const key of this.left()) {
      const adopting = () => {
        const kept = read(key);
        localStorage.removeItem(key);
        if (!isEmpty(kept)) take(kept);
      };
      if (navigator.locks) await navigator.locks.request(key, { ifAvailable: true }, (lock) => lock && adopting());
      else adopting();
    }
  }

  private left(): string[] {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix) && key !== this.own);
    } catch {
      return [];
    }
  }
}

function isEmpty({ outbox, conflicts }: Kept): boolean {
  return outbox.length === 0 && conflicts.length === 0;
}

function read(key: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]") as Kept | Outbox;
    // Earlier versions kept the outbox alone.
    return "outbox" in kept ? kept : { outbox: kept, conflicts: [] };
  } catch {
    return { outbox: [], conflicts: [] };
  }
}
