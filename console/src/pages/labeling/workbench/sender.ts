/** Sends what is in the outbox, one edit after the other, until the gateway has acknowledged or refused it. */
import { randomId } from "@/api/ids";
import { annotate, decide, type Outcome, readItem } from "@/api/items";
import { maySendAgain, Problem } from "@/api/problems";
import { reviewItems } from "@/api/reviews";
import { acknowledged, expectations, gone, told, withOutbox } from "@/labeling/board";
import { type Conflict, conflictOf, renewed } from "@/labeling/conflicts";
import type { Edit } from "@/labeling/edits";
import type { Item } from "@/labeling/items";
import { addressed, adopted, first, type Outbox, type Pending, queued, settled, waitBefore } from "@/labeling/outbox";
import { type Done, remembered } from "@/labeling/undo";
import { describeEdit } from "./describing";
import type { OutboxStorage } from "./outbox-storage";
import type { Workplace } from "./state";

interface Listener {
  onDone: (pending: Pending, outcome: Outcome) => void;
  onRefused: (pending: Pending, error: unknown) => void;
  onNotKept: () => void;
  /** Images that somebody changed since they were looked at, or that carry nothing to review. */
  onNotReviewed: (images: number) => void;
}

/** As many images as label-service changes in one commit: more would become an operation. */
const IMAGES_AN_EDIT = 1000;

export function pendingOf(ids: readonly string[], edit: Edit): Pending[] {
  const at = new Date().toISOString();
  const pieces = Array.from({ length: Math.ceil(ids.length / IMAGES_AN_EDIT) }, (_, piece) => piece * IMAGES_AN_EDIT);
  return pieces.map((start) => ({
    key: randomId(),
    ids: ids.slice(start, start + IMAGES_AN_EDIT),
    edit,
    at,
    expect: null,
  }));
}

export class Sender {
  private working = false;
  private closed = false;
  private attempt = 0;
  private wake: () => void = () => undefined;
  private closeKeeping: () => void = () => undefined;
  private waiting: (() => void)[] = [];
  /** What images were like when they were changed, to show both values of a conflict. */
  private readonly before = new Map<string, ReadonlyMap<string, Item>>();

  constructor(
    private readonly jobId: string,
    private readonly place: Workplace,
    private readonly storage: OutboxStorage,
    private readonly listener: Listener,
  ) {}

  get isSending(): boolean {
    return this.working;
  }

  async open(): Promise<void> {
    this.storage.open();
    window.addEventListener("online", this.goOn);
    this.closeKeeping = this.keep();
    const conflicts: Conflict[] = [];
    await this.storage.adopt((left) => {
      this.put(adopted(this.outbox, left.outbox));
      this.place.update((state) => ({ ...state, conflicts: [...left.conflicts, ...state.conflicts] }));
      conflicts.push(...left.conflicts);
    });
    void this.work();
    for (const conflict of conflicts) await this.renew(conflict).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    window.removeEventListener("online", this.goOn);
    this.wake();
    this.closeKeeping();
    // What is left may be taken over by the next page that opens the job.
    this.storage.close();
  }

  /** Tries at once what waits: the network, or the sign-in, is back. */
  goOn = (): void => {
    this.attempt = 0;
    this.wake();
    void this.work();
  };

  add(pending: Pending): void {
    const { known } = this.place.get().board;
    this.before.set(
      pending.key,
      new Map(pending.ids.flatMap((id) => (known.get(id) ? [[id, known.get(id) as Item]] : []))),
    );
    this.put(queued(this.outbox, pending));
    void this.work();
  }

  /** Takes the newest edit back, if nothing of it was sent yet. */
  takeBack(): boolean {
    const newest = this.outbox.at(-1);
    if (newest === undefined || newest.expect !== null) return false;
    this.put(settled(this.outbox, newest.key));
    this.before.delete(newest.key);
    return true;
  }

  /** When everything was acknowledged or refused. */
  async idle(): Promise<void> {
    if (this.outbox.length > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private get outbox(): Outbox {
    return this.place.get().board.outbox;
  }

  private put(outbox: Outbox): void {
    this.place.update((state) => ({ ...state, board: withOutbox(state.board, outbox) }));
  }

  /** What is not sent, and what is not decided, is kept whenever it changes. */
  private keep(): () => void {
    let kept = this.place.get();
    return this.place.subscribe(() => {
      const now = this.place.get();
      const isKept = now.board.outbox === kept.board.outbox && now.conflicts === kept.conflicts;
      kept = now;
      if (!isKept && !this.storage.keep({ outbox: now.board.outbox, conflicts: now.conflicts })) {
        this.listener.onNotKept();
      }
    });
  }

  /** The other's value of a conflict that was kept may be another by now. */
  private async renew(conflict: Conflict): Promise<void> {
    const theirs = await this.present(conflict.id);
    const anew = theirs && renewed(conflict, theirs);
    this.place.update((state) => ({
      ...state,
      board: theirs ? told(state.board, [theirs]) : state.board,
      conflicts: state.conflicts.flatMap((one) => (one === conflict ? (anew ?? []) : [one])),
    }));
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      while (!this.closed && first(this.outbox) !== null) await this.sendFirst();
    } finally {
      this.working = false;
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }

  private async sendFirst(): Promise<void> {
    const next = first(this.outbox);
    if (next === null) return;
    this.put(addressed(this.outbox, next.key, expectations(this.place.get().board, next)));
    const pending = first(this.outbox) ?? next;
    try {
      const outcome = await this.send(pending);
      this.attempt = 0;
      await this.finish(pending, outcome);
    } catch (error) {
      if (maySendAgain(error)) await this.pause(error);
      else this.refuse(pending, error);
    }
  }

  private send({ ids, edit, key, expect }: Pending): Promise<Outcome> {
    const sending = { key, expect: expect ?? {} };
    if (edit.verdict) return reviewItems(this.jobId, ids, edit.verdict, sending);
    if (edit.decision) return decide(this.jobId, edit.decision, ids, sending);
    return annotate(this.jobId, ids, edit, sending);
  }

  private async finish(pending: Pending, outcome: Outcome): Promise<void> {
    const conflicts = outcome.conflicts.map((each) => String(each.sample_id));
    const left = new Set([...conflicts, ...outcome.missing]);
    // First, so that a conflict is not lost with the network: the same edit, sent again, has the same outcome.
    const theirs = (await Promise.all(conflicts.map((id) => this.present(id)))).filter((item) => item !== null);
    this.place.update((state) => ({
      ...state,
      stuck: false,
      board: gone(acknowledged(state.board, pending, left), outcome.missing),
      past: outcome.changed > 0 ? remembered(state.past, doneBy(pending, outcome)) : state.past,
    }));
    this.tellConflicts(pending, theirs);
    this.before.delete(pending.key);
    this.listener.onDone(pending, outcome);
  }

  /** The image as it is now; null if it has left the job since. */
  private async present(id: string): Promise<Item | null> {
    try {
      return (await readItem(this.jobId, id)).item;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    }
  }

  private tellConflicts(pending: Pending, theirs: readonly Item[]): void {
    if (pending.edit.verdict && theirs.length > 0) {
      this.place.update((state) => ({ ...state, board: told(state.board, theirs) }));
      this.listener.onNotReviewed(theirs.length);
      return;
    }
    for (const item of theirs) {
      const before = this.before.get(pending.key)?.get(item.id) ?? item;
      const conflict = conflictOf(before, item, pending, this.place.get().board.me);
      this.place.update((state) => ({
        ...state,
        board: told(state.board, [item]),
        conflicts: conflict ? [...state.conflicts, conflict] : state.conflicts,
      }));
    }
  }

  private refuse(pending: Pending, error: unknown): void {
    this.put(settled(this.outbox, pending.key));
    this.before.delete(pending.key);
    this.listener.onRefused(pending, error);
  }

  private async pause(error: unknown): Promise<void> {
    this.place.patch({ stuck: true });
    const wait = waitBefore(this.attempt, error instanceof Problem ? error.retryAfter : null);
    this.attempt += 1;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, wait);
    });
  }
}

function doneBy(pending: Pending, outcome: Outcome): Done {
  return {
    changeId: outcome.change_id,
    about: { ...describeEdit(pending.edit), images: outcome.changed },
    at: pending.at,
    state: "done",
    left: 0,
  };
}
