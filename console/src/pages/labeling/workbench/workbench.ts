/** The labeling page's work: what people do becomes edits, pages and selections; React only shows it. */
import { decide, type Outcome } from "@/api/items";
import { turned } from "@/labeling/brush";
import { type Conflict, type Resolution, resolved } from "@/labeling/conflicts";
import type { Edit } from "@/labeling/edits";
import type { Filter } from "@/labeling/filters";
import type { Label } from "@/labeling/items";
import { cleared } from "@/labeling/selection";
import { type Done, type Kind, refused, remembered, undoable, undoing, undone } from "@/labeling/undo";
import { Counting } from "./counting";
import { withoutGone, withoutUnmatched } from "./leaving";
import { followLive } from "./live";
import { Loader } from "./loader";
import { OutboxStorage } from "./outbox-storage";
import { keepPast } from "./past-storage";
import { Returned } from "./returned";
import { pendingOf, Sender } from "./sender";
import { createState, type Mode, type View, type Workplace } from "./state";
import { takenBack } from "./undoing";

export interface WorkbenchListener {
  onFault: (error: unknown) => void;
  onNotKept: () => void;
  onNotReviewed: (images: number) => void;
  onUndone: (left: number) => void;
  onLabels: () => void;
}

export class Workbench {
  readonly place: Workplace;
  readonly loader: Loader;
  readonly counting: Counting;
  /** Of the grid, for keys that move over it. */
  columns = 1;
  /** The page that was turned to already, when the address follows. */
  turned: number | null = null;
  private readonly returned: Returned;
  private readonly sender: Sender;
  private held = false;
  private closeFeed: () => void = () => undefined;
  private closePast: () => void = () => undefined;

  constructor(
    readonly jobId: string,
    me: string,
    view: View,
    page: number,
    mode: Mode,
    private readonly listener: WorkbenchListener,
  ) {
    this.place = createState(me, view, page, mode);
    this.loader = new Loader(jobId, this.place);
    this.returned = new Returned(jobId, this.place, listener.onFault);
    this.sender = new Sender(jobId, this.place, new OutboxStorage(me, jobId), {
      onDone: (_, outcome) => this.done(outcome),
      onRefused: (_, error) => this.refused(error),
      onNotKept: listener.onNotKept,
      onNotReviewed: listener.onNotReviewed,
    });
    const mayCount = () => !this.sender.isSending;
    this.counting = new Counting(jobId, this.place, mayCount, () => this.loader.catchUp());
  }

  open(): void {
    this.closeFeed = followLive(this.jobId, this.place, {
      onChange: this.counting.refresh,
      onLabels: this.listener.onLabels,
      onNewItems: () => void this.loader.refill(),
      onGap: () => {
        void this.loader.reload();
        this.counting.refresh();
        this.listener.onLabels();
      },
    });
    this.closePast = keepPast(this.place, this.jobId);
    void this.sender.open();
    this.counting.refresh();
  }

  close(): void {
    this.closeFeed();
    this.closePast();
    this.sender.close();
    this.loader.close();
    this.counting.close();
  }

  /** The network or the sign-in is back. */
  goOn = (): void => this.sender.goOn();

  setLabels(labels: readonly Label[]): void {
    this.place.patch({ labels });
  }

  /** Another way to label: in focus the list is walked in its order, from the cursor on, behind what `sentBack` finds. */
  enter(mode: Mode, sentBack: Filter | null): void {
    this.place.update((state) => {
      const matching = mode === "grid" && state.matching;
      return { ...state, mode, focus: null, brush: turned(state.brush), matching };
    });
    if (mode === "grid") this.tidy();
    if (mode === "focus") void this.returned.begin(sentBack);
  }

  async show(view: View, page: number): Promise<void> {
    const isThere = this.turned === page && this.place.get().view === view;
    this.turned = null;
    if (isThere) return;
    this.place.update((state) => ({
      ...state,
      selection: cleared(state.selection),
      matching: false,
      brush: turned(state.brush),
    }));
    await this.loader.open(view, page);
    this.counting.refresh();
  }

  /** Does an edit now, for what is shown; it is sent behind that. */
  edit(ids: readonly string[], edit: Edit): void {
    for (const pending of pendingOf(ids, edit)) this.sender.add(pending);
    if (this.place.get().mode === "grid" && !this.held) this.letGo(ids);
  }

  /** Images that no longer belong to what is shown leave it, and the next ones fill the page. */
  letGo(ids: Iterable<string>): void {
    this.place.update((state) => withoutUnmatched(state, ids));
    void this.loader.refill();
  }

  /** Images stay where they are, whatever becomes of them, until the hold is given up. */
  hold(): () => void {
    this.held = true;
    return () => {
      this.held = false;
      if (this.place.get().mode === "grid") this.tidy();
    };
  }

  /** Everything on the page that was labeled meanwhile leaves it. */
  tidy(): void {
    this.letGo(this.place.get().paging.buffer);
  }

  async confirm(decision: "confirm" | "reject", ids: readonly string[]): Promise<void> {
    try {
      const outcome = await decide(this.jobId, decision, ids);
      const kind = decision === "confirm" ? "confirmed" : "rejected";
      this.remember(outcome, kind);
      this.done(outcome);
      await this.loader.reload();
    } catch (error) {
      this.listener.onFault(error);
    }
  }

  remember(outcome: Outcome, kind: Kind, labels: string[] = []): void {
    if (outcome.changed === 0) return;
    const about = { kind, labels, images: outcome.changed };
    const done = { changeId: outcome.change_id, about, at: new Date().toISOString(), state: "done" as const, left: 0 };
    this.place.update((state) => ({ ...state, past: remembered(state.past, done) }));
  }

  rememberBulk(outcome: Outcome, about: Pick<Done["about"], "kind" | "labels">): void {
    this.remember(outcome, about.kind, about.labels);
    this.done(outcome);
  }

  /** Images were deleted; with `restoreFrom`, the dataset, that can be undone. */
  removed(ids: readonly string[], restoreFrom: string | null, operationId: string): void {
    const about = { kind: "deleted" as const, labels: [], images: ids.length };
    const at = new Date().toISOString();
    const restore = restoreFrom === null ? null : { dataset: restoreFrom, ids };
    if (restore) {
      const done = { changeId: operationId, about, at, state: "done" as const, left: 0, restore };
      this.place.update((state) => ({ ...state, past: remembered(state.past, done) }));
    }
    this.leave(ids);
    this.counting.refresh();
  }

  private leave(ids: readonly string[]): void {
    this.place.update((state) => withoutGone(state, ids));
    void this.loader.refill();
  }

  /** Images are no longer one's own: they leave the page. */
  handedOver(ids: readonly string[]): void {
    this.leave(ids);
    this.counting.refresh();
  }

  /** More of the list, for who walks through it image by image. */
  more(): Promise<void> {
    return this.loader.more();
  }

  /** Undoes the last change, also if the server does not know of it yet. */
  async undoLast(): Promise<void> {
    if (this.sender.takeBack()) {
      this.listener.onUndone(0);
      return this.loader.reload();
    }
    await this.sender.idle();
    const last = undoable(this.place.get().past);
    if (last !== null) await this.undo(last.changeId);
  }

  /** Undoes one change of this session. */
  async undo(changeId: string): Promise<void> {
    this.place.update((state) => ({ ...state, past: undoing(state.past, changeId) }));
    try {
      const { left, by } = await takenBack(this.jobId, this.place.get().past, changeId);
      this.place.update((state) => ({ ...state, past: undone(state.past, changeId, left, by) }));
      this.listener.onUndone(left);
      this.counting.refresh();
      await this.loader.reload();
    } catch (error) {
      this.place.update((state) => ({ ...state, past: refused(state.past, changeId) }));
      this.listener.onFault(error);
    }
  }

  resolve(conflict: Conflict, resolution: Resolution): void {
    this.place.update((state) => ({ ...state, conflicts: state.conflicts.filter((one) => one !== conflict) }));
    const edit = resolved(conflict, resolution);
    if (edit) this.edit([conflict.id], edit);
  }

  private done(outcome: Outcome): void {
    const { total = 0, labeled = 0, unlabeled = 0, to_confirm = 0 } = outcome.counts;
    this.place.update((state) => {
      const isWhole = Object.keys(state.view.filter).length === 1;
      if (!isWhole || state.statistics === null) return state;
      return { ...state, statistics: { ...state.statistics, total, labeled, unlabeled, to_confirm } };
    });
    if (outcome.created_labels.length > 0) this.listener.onLabels();
    this.counting.refresh();
  }

  private refused(error: unknown): void {
    this.listener.onFault(error);
    void this.loader.reload();
  }
}
