/** The labeling page's work: what people do becomes edits, pages and selections; React only shows it. */
import type { Outcome } from "@/api/items";
import { endOf, type Operation } from "@/api/operations";
import { outcomeIn } from "@/api/results";
import { turned } from "@/labeling/brush";
import { type Conflict, type Resolution, resolved } from "@/labeling/conflicts";
import type { Edit } from "@/labeling/edits";
import type { Filter } from "@/labeling/filters";
import type { Label } from "@/labeling/items";
import { cleared } from "@/labeling/selection";
import { type Done, refused, undoable, undoing, undone } from "@/labeling/undo";
import { Counting } from "./counting";
import { withoutGone, withoutTaken, withoutUnmatched } from "./leaving";
import { followLive } from "./live";
import { Loader } from "./loader";
import { OutboxStorage } from "./outbox-storage";
import { keepPast } from "./past-storage";
import { readAnew } from "./reading";
import { ChangedImages, rememberDeletion, rememberOutcome } from "./remembering";
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
  /** The images of each change that was made here. */
  private readonly changed = new ChangedImages();
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
      onDone: ({ ids }, outcome) => {
        this.changed.add(outcome.change_id, ids);
        this.done(outcome);
        void this.loader.recover();
      },
      onRefused: (_, error) => {
        listener.onFault(error);
        void this.shownAnew([]);
      },
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
      onLive: () => void this.loader.recover(),
      onOthers: (ids) => this.letTake(ids),
      onGap: () => {
        void this.loader.readMissed();
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

  /** Images that were labeled here leave what is shown if they no longer belong to it, and the next ones fill the page. */
  private letGo(ids: Iterable<string>): void {
    this.place.update((state) => withoutUnmatched({ ...state, selection: cleared(state.selection) }, ids));
    void this.loader.refill();
  }

  /** Others have labeled images: they leave, too, where nobody is at them. */
  private letTake(ids: readonly string[]): void {
    if (this.place.get().mode !== "grid" || this.held) return;
    this.place.update((state) => withoutTaken(state, ids));
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
  private tidy(): void {
    this.place.update((state) => withoutUnmatched(state, state.paging.buffer));
    void this.loader.refill();
  }

  /** Everything that matches is changed, at once or by an operation, whoever watches it. */
  follow(answer: Outcome | Operation, about: Pick<Done["about"], "kind" | "labels">): Promise<void> {
    return this.trying(async () => {
      const outcome = "change_id" in answer ? answer : outcomeIn(await endOf(answer));
      if (outcome) rememberOutcome(this.place, outcome, about);
      if (outcome) this.done(outcome);
      this.counting.refresh();
      await this.loader.reload();
    });
  }

  /** Images are deleted by an operation; with `restoreFrom`, the dataset, that can be undone. */
  followDeletion(operation: Operation, ids: readonly string[], restoreFrom: string | null): Promise<void> {
    return this.trying(async () => {
      if ((await endOf(operation)).state !== "succeeded") return;
      if (restoreFrom !== null) rememberDeletion(this.place, ids, restoreFrom, operation.id);
      this.handedOver(ids);
    });
  }

  /** Images are gone, or no longer one's own: they leave the page. */
  handedOver(ids: readonly string[]): void {
    this.place.update((state) => withoutGone(state, ids));
    void this.loader.refill();
    this.counting.refresh();
  }

  /** Undoes the last change, also if the server does not know of it yet. */
  async undoLast(): Promise<void> {
    if (this.sender.takeBack()) {
      this.listener.onUndone(0);
      return this.shownAnew([]);
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
      await this.shownAnew(this.changed.of(changeId));
    } catch (error) {
      this.place.update((state) => ({ ...state, past: refused(state.past, changeId) }));
      this.listener.onFault(error);
    }
  }

  /** In the grid images come back to the page. With the brush, and in focus, every image stays where it is. */
  private shownAnew(ids: readonly string[]): Promise<void> {
    return this.place.get().mode === "grid" ? this.loader.reload() : readAnew(this.jobId, this.place, ids);
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

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.listener.onFault(error);
    }
  }
}
