/** Loads the list: the page that is shown, and the next one in advance, with its thumbnails. */
import { listItems } from "@/api/items";
import { told } from "@/labeling/board";
import { isUnreadableTab } from "@/labeling/filters";
import { around, extended } from "@/labeling/focus";
import { type Item, thumbnailOf } from "@/labeling/items";
import {
  lacks,
  loaded,
  missing,
  opened,
  type Paging,
  reopened,
  shownPage,
  stretch,
  turnedForward,
} from "@/labeling/paging";
import { preloadPicture } from "./picture-queue";
import { readAnew } from "./reading";
import { belonging, pageIds, type View, type Workplace } from "./state";

const MOST_AT_ONCE = 500;
const MOST_OF_A_PAGE = 1000;
const PRELOADED_THUMBNAILS = 60;
/** Of the image in focus, on either side. */
const NEAR = 12;
/** What is seen goes first, in the size that it has by then. */
const TILES_AFTER_MS = 300;
const PRELOADED_AFTER_MS = 1_500;

export class Loader {
  private loading: AbortController | null = null;
  /** Where the list is, or was to be, read on. */
  private start: Paging | null = null;
  private callOff: (() => void)[] = [];
  thumbnailSize = 256;

  constructor(
    private readonly jobId: string,
    private readonly place: Workplace,
  ) {}

  /** Reads a page from its beginning. What is shown stays until the new page is there. */
  open(view: View, page: number): Promise<void> {
    return this.begin(view, opened(page, view.size, this.place.get().paging.turn + 1));
  }

  reload(): Promise<void> {
    const { view, paging } = this.place.get();
    return this.begin(view, reopened(this.start ?? paging));
  }

  /** The next page, which was loaded in advance. Its number is returned. */
  forward(): number {
    const { view, paging } = this.place.get();
    const next = turnedForward(paging, belonging(this.place.get()));
    if (next.buffer.length === 0) void this.begin(view, reopened(next));
    else {
      this.place.patch({ paging: next });
      void this.fill(next);
    }
    return next.page;
  }

  /** Loads what the page and its successor lack. */
  async refill(): Promise<void> {
    const { paging } = this.place.get();
    if (missing(paging) > 0 && this.loading === null) await this.fill(paging);
  }

  /** The gateway answers again: what could not be read is read now. */
  async recover(): Promise<void> {
    const { fault, paging } = this.place.get();
    if (fault === null) return this.refill();
    if (this.loading !== null) return;
    if (this.start?.buffer.length === 0) return this.fill(this.start);
    if (missing(paging) > 0) return this.fill(paging);
    this.place.patch({ fault: null });
  }

  /** One more stretch of the list, beyond the next page. */
  async more(): Promise<void> {
    const { paging } = this.place.get();
    if (this.loading !== null || paging.ended) return;
    await this.during(async (signal) => {
      await this.read(paging, Math.min(MOST_AT_ONCE, paging.size), false, signal);
    });
  }

  /** Images have come to the list, or may have. Only in the grid they may take the place of others. */
  come(): Promise<void> {
    const { mode, paging } = this.place.get();
    return mode === "grid" ? this.reload() : this.fill({ ...paging, cursor: null, ended: false });
  }

  /** Changes were missed. In the grid the page is read anew. Elsewhere its images stay, and what they are now is read. */
  async readMissed(): Promise<void> {
    if (this.place.get().mode === "grid") return this.reload();
    // What was loaded in advance may have changed as well.
    this.place.update((state) => ({ ...state, paging: { ...state.paging, buffer: shownPage(state.paging) } }));
    await this.come();
    const state = this.place.get();
    const ids = state.focus === null ? pageIds(state) : around(state.focus, NEAR, NEAR);
    await readAnew(this.jobId, this.place, ids);
  }

  /** Images that came since the list was read to its end, as those of a job that was just made. */
  catchUp(): void {
    const { paging, statistics, view, loading } = this.place.get();
    const { status } = view.filter;
    if (statistics === null || loading) return;
    const count = isUnreadableTab(view.filter) ? "unreadable" : status === "all" ? "total" : status;
    if (lacks(paging, statistics[count])) void this.come();
  }

  close(): void {
    this.stopPreloading();
    this.loading?.abort();
  }

  private async begin(view: View, start: Paging): Promise<void> {
    this.loading?.abort();
    this.place.update((state) => ({ ...state, view, loading: true, fault: null }));
    await this.fill(start);
  }

  private fill(start: Paging): Promise<void> {
    this.start = start;
    return this.during(async (signal) => {
      const { sort } = this.place.get().view;
      let isNew = start.buffer.length === 0;
      const offset = start.cursor === null ? start.before : 0;
      // By path no place in the list can be jumped to.
      const isWalked = sort === "path" || sort === "-path";
      let jump = isWalked ? 0 : offset;
      let paging = isWalked ? await this.skipped(start, offset, signal) : start;
      if (paging.ended) this.place.patch({ paging });
      let wanted = stretch(paging, MOST_AT_ONCE);
      while (wanted > 0) {
        paging = await this.read(paging, wanted, isNew, signal, jump);
        this.start = paging;
        isNew = false;
        jump = 0;
        wanted = stretch(paging, MOST_AT_ONCE);
      }
      this.preload(paging);
    });
  }

  /** One at a time: what is begun calls off what was under way, and that says nothing any more. */
  private async during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.loading?.abort();
    const loading = new AbortController();
    this.loading = loading;
    try {
      await work(loading.signal);
      this.place.patch({ loading: false, fault: null });
    } catch (fault) {
      if (!loading.signal.aborted) this.place.patch({ loading: false, fault });
    } finally {
      if (this.loading === loading) this.loading = null;
    }
  }

  /** The place in the list after so many images. Cursors lead only forward, so they are walked to it. */
  private async skipped(start: Paging, offset: number, signal: AbortSignal): Promise<Paging> {
    const { view } = this.place.get();
    let { cursor } = start;
    let left = offset;
    while (left > 0) {
      const place = { limit: Math.min(MOST_OF_A_PAGE, left), cursor };
      const page = await listItems(this.jobId, view.filter, view.sort, place, signal);
      signal.throwIfAborted();
      left -= page.items.length;
      cursor = page.next_cursor;
      if (cursor === null) return { ...start, cursor, ended: true };
    }
    return { ...start, cursor };
  }

  private async read(paging: Paging, limit: number, isNew: boolean, signal: AbortSignal, offset = 0): Promise<Paging> {
    const { view } = this.place.get();
    const place = { limit, cursor: paging.cursor, offset };
    const page = await listItems(this.jobId, view.filter, view.sort, place, signal);
    signal.throwIfAborted();
    const ids = this.belonging(page.items);
    // Images may have left the page while it was loaded.
    const present = isNew ? paging : { ...paging, buffer: this.place.get().paging.buffer };
    const next = loaded(present, ids, page.next_cursor);
    this.place.update((state) => ({
      ...state,
      paging: next,
      loading: false,
      board: told(state.board, page.items),
      focus: state.focus && extended(state.focus, ids),
    }));
    return next;
  }

  /** The list may be older than what is shown: images that were changed since, or whose change is on its way, have left. */
  private belonging(items: readonly Item[]): string[] {
    const state = this.place.get();
    const board = told(state.board, items);
    const belongs = belonging({ ...state, board });
    return items.filter((item) => board.shown.get(item.id) === item || belongs(item.id)).map((item) => item.id);
  }

  /** The pictures of the page that is shown, in its order, for who scrolls through it; a moment later those of the next one. */
  private preload(paging: Paging): void {
    this.stopPreloading();
    this.preloadAfter(TILES_AFTER_MS, shownPage(paging));
    this.preloadAfter(PRELOADED_AFTER_MS, paging.buffer.slice(paging.size, paging.size + PRELOADED_THUMBNAILS));
  }

  private preloadAfter(milliseconds: number, ids: readonly string[]): void {
    const timer = setTimeout(() => {
      const { shown } = this.place.get().board;
      for (const id of ids) {
        const item = shown.get(id);
        if (item && item.unreadable === undefined) {
          this.callOff.push(preloadPicture(thumbnailOf(item, this.thumbnailSize)));
        }
      }
    }, milliseconds);
    this.callOff.push(() => clearTimeout(timer));
  }

  private stopPreloading(): void {
    for (const stop of this.callOff.splice(0)) stop();
  }
}
