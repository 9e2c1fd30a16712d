/** Merges in what others do, as the feed tells it. */
import { type Connection, type FeedEntry, followJob } from "@/api/feed";
import { itemOfEntry } from "@/api/items";
import type { ItemEntry, ItemsEntry } from "@/api/stream";
import { gone, renamed, told } from "@/labeling/board";
import { withoutAll } from "@/labeling/focus";
import type { Item } from "@/labeling/items";
import { withoutIds } from "@/labeling/paging";
import { without } from "@/labeling/selection";
import { remembered } from "@/labeling/undo";
import { LABEL_RENAMED, ownLabelChanges } from "./past-storage";
import type { Workplace } from "./state";

const GLOW_MS = 1_600;

interface Listener {
  onChange: () => void;
  onLabels: () => void;
  onGap: () => void;
  onNewItems: () => void;
  /** The connection is back. */
  onLive: () => void;
  /** Others have changed these, and it was shown. */
  onOthers: (ids: readonly string[]) => void;
}

export function followLive(jobId: string, place: Workplace, listener: Listener): () => void {
  return followJob(jobId, {
    onEntries: (entries) => {
      merge(place, entries, listener.onOthers);
      rename(place, entries);
      rememberOwn(place, entries);
      if (entries.some((entry) => entry.kind !== "item")) listener.onLabels();
      if (entries.some((entry) => entry.kind === "items" || (entry.kind === "item" && entry.before === null))) {
        listener.onNewItems();
      }
      listener.onChange();
      if (entries.some((entry) => entry.kind === "items" && isOfFiles(entry, place))) listener.onGap();
    },
    onConnection: (connection: Connection) => {
      place.patch({ connection });
      if (connection === "live") listener.onLive();
    },
    onGap: listener.onGap,
  });
}

/** Whether files of loaded images cannot be read any more, or can again: why is read anew. */
function isOfFiles(entry: ItemsEntry, place: Workplace): boolean {
  const { known } = place.get().board;
  return [...(entry.unreadable_ids ?? []), ...(entry.readable_ids ?? [])].some((id) => known.has(id));
}

/** Shows a new name on every loaded image that carries the label. */
function rename(place: Workplace, entries: readonly FeedEntry[]): void {
  for (const entry of entries) {
    if (entry.kind !== "label" || entry.type !== LABEL_RENAMED || entry.label === undefined) continue;
    const { label_id, name } = entry.label;
    place.update((state) => ({ ...state, board: renamed(state.board, label_id, name) }));
  }
}

/** What this person did to labels, here or on another page, can be undone. */
function rememberOwn(place: Workplace, entries: readonly FeedEntry[]): void {
  for (const done of ownLabelChanges(entries, place.get().board.me)) {
    place.update((state) => ({ ...state, past: remembered(state.past, done) }));
  }
}

function merge(place: Workplace, entries: readonly FeedEntry[], onOthers: Listener["onOthers"]): void {
  const loaded = place.get().board.known;
  // Only what is loaded is kept up to date; the rest is read when it is shown.
  const changes = entries.filter((entry): entry is ItemEntry => entry.kind === "item" && loaded.has(entry.sample_id));
  if (changes.length === 0) return;
  const items = changes
    .map(itemOfEntry)
    .filter((item): item is Item => item !== null)
    // An item's change says nothing of its file.
    .map((item) => ({ ...item, ...fileOf(loaded.get(item.id)) }));
  const ended = new Set(changes.filter((entry) => entry.after === null).map((entry) => entry.sample_id));
  const me = place.get().board.me;
  const others = changes.filter((entry) => entry.actor.id !== me && !ended.has(entry.sample_id));
  place.update((state) => ({
    ...state,
    board: gone(told(state.board, items), ended),
    ...(ended.size > 0 && {
      paging: withoutIds(state.paging, ended),
      selection: without(state.selection, ended),
      focus: state.focus && withoutAll(state.focus, ended),
    }),
  }));
  glow(
    place,
    others.map((entry) => entry.sample_id),
    onOthers,
  );
}

function fileOf(item: Item | undefined): Pick<Item, "unreadable"> {
  return item?.unreadable === undefined ? {} : { unreadable: item.unreadable };
}

/** What a colleague has just labeled glows once. */
function glow(place: Workplace, ids: readonly string[], onOver: (ids: readonly string[]) => void): void {
  if (ids.length === 0) return;
  place.update((state) => ({ ...state, glowing: new Set([...state.glowing, ...ids]) }));
  setTimeout(() => {
    place.update((state) => {
      const glowing = new Set(state.glowing);
      for (const id of ids) glowing.delete(id);
      return { ...state, glowing };
    });
    onOver(ids);
  }, GLOW_MS);
}
