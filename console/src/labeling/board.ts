/** The images that are loaded: what the server said of them, what was changed and not acknowledged, and what is therefore
 * shown. What others do is merged in by version; nothing that is pending is lost by it. */
import { applied, type Giver } from "./edits";
import type { Item } from "./items";
import type { Outbox, Pending } from "./outbox";

export interface Board {
  /** As the server has them. */
  readonly known: ReadonlyMap<string, Item>;
  readonly outbox: Outbox;
  /** `known` with the outbox applied: what people see. */
  readonly shown: ReadonlyMap<string, Item>;
  readonly me: string;
}

export function emptyBoard(me: string, outbox: Outbox = []): Board {
  return { known: new Map(), outbox, shown: new Map(), me };
}

/** Images as a list or the feed tells them. An older version than the known one is ignored. */
export function told(board: Board, items: readonly Item[]): Board {
  const newer = items.filter((item) => {
    const known = board.known.get(item.id);
    return known === undefined || item.version >= known.version;
  });
  if (newer.length === 0) return board;
  const known = new Map(board.known);
  for (const item of newer) known.set(item.id, withListed(item, board.known.get(item.id)));
  return shownAnew(
    { ...board, known },
    newer.map((item) => item.id),
  );
}

/** A change of labels says nothing of whose work the image is, and its addresses permit nothing: only lists tell these. */
function withListed(item: Item, before: Item | undefined): Item {
  if (item.assignees !== undefined || before?.assignees === undefined) return item;
  const isSameFile = Boolean(item.contentChanged) === Boolean(before.contentChanged) || !item.contentChanged;
  return {
    ...item,
    assignees: before.assignees,
    agreement: before.agreement ?? null,
    ...(isSameFile && { thumbnail: before.thumbnail, content: before.content }),
    ...(isSameFile && before.unreadable !== undefined && { unreadable: before.unreadable }),
  };
}

/** Images that are not in the job any more. */
export function gone(board: Board, ids: Iterable<string>): Board {
  const known = new Map(board.known);
  const shown = new Map(board.shown);
  for (const id of ids) {
    known.delete(id);
    shown.delete(id);
  }
  return { ...board, known, shown };
}

export function withOutbox(board: Board, outbox: Outbox): Board {
  const touched = [...board.outbox, ...outbox].flatMap((one) => one.ids);
  return shownAnew({ ...board, outbox }, touched);
}

/** The versions that an edit is made on. An image that is not loaded has none: it is changed as it is. */
export function expectations(board: Board, pending: Pending): Record<string, number> {
  const expect: Record<string, number> = {};
  for (const id of pending.ids) {
    const known = board.known.get(id);
    if (known) expect[id] = known.version;
  }
  return expect;
}

/** The server has done an edit, except for `left` (conflicts and what is gone). */
export function acknowledged(board: Board, pending: Pending, left: ReadonlySet<string>): Board {
  const by: Giver = { id: board.me, at: pending.at };
  const known = new Map(board.known);
  for (const id of pending.ids) {
    const before = known.get(id);
    // The feed may have told it already; then the version is not the one that was sent.
    if (left.has(id) || before === undefined || before.version !== pending.expect?.[id]) continue;
    const after = applied(before, pending.edit, by);
    if (after !== before) known.set(id, { ...after, version: before.version + 1 });
  }
  const outbox = board.outbox.filter((one) => one.key !== pending.key);
  return shownAnew({ ...board, known, outbox }, pending.ids);
}

export function isPending(board: Board, id: string): boolean {
  return board.outbox.some((one) => one.ids.includes(id));
}

/** A label has another name, in whatever is loaded. */
export function renamed(board: Board, labelId: string, name: string): Board {
  const known = new Map(board.known);
  const touched: string[] = [];
  for (const [id, item] of known) {
    if (!item.labels.some((given) => given.labelId === labelId && given.name !== name)) continue;
    const labels = item.labels.map((given) => (given.labelId === labelId ? { ...given, name } : given));
    known.set(id, { ...item, labels });
    touched.push(id);
  }
  return touched.length > 0 ? shownAnew({ ...board, known }, touched) : board;
}

function shownAnew(board: Board, ids: Iterable<string>): Board {
  const shown = new Map(board.shown);
  const waiting = new Map<string, Pending[]>();
  for (const pending of board.outbox) {
    for (const id of pending.ids) waiting.set(id, [...(waiting.get(id) ?? []), pending]);
  }
  for (const id of new Set(ids)) {
    const known = board.known.get(id);
    if (known === undefined) {
      shown.delete(id);
      continue;
    }
    const item = (waiting.get(id) ?? []).reduce(
      (present, pending) => applied(present, pending.edit, { id: board.me, at: pending.at }),
      known,
    );
    shown.set(id, item);
  }
  return { ...board, shown };
}
