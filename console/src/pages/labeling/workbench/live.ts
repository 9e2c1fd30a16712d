/** Merges in what others do, as the feed tells it. */
import { type Connection, type FeedEntry, followJob } from "@/api/feed";
import { itemOfEntry } from "@/api/items";
import type { ItemEntry, ItemsEntry } from "@/api/stream";
import { gone, renamed, told } from "@/labeling/board";
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
}

export function followLive(jobId: string, place: Workplace, listener: Listener): () => void {
  return followJob(jobId, {
    onEntries: (entries) => {
      merge(place, entries);
      rename(place, entries);
      rememberOwn(place, entries);
      if (entries.some((entry) => entry.kind !== "item")) listener.onLabels();
      if (entries.some((entry) => entry.kind === "items" || (entry.kind === "item" && entry.before === null))) {
        listener.onNewItems();
      }
      listener.onChange();
      if (entries.some((entry) => entry.kind === "items" && isOfFiles(entry, place))) listener.onGap();
    },
    onConnection: (connection: Connection) => place.patch({ connection }),
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

function merge(place: Workplace, entries: readonly FeedEntry[]): void {
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
    paging: ended.size > 0 ? withoutIds(state.paging, ended) : state.paging,
    selection: ended.size > 0 ? without(state.selection, ended) : state.selection,
  }));
  glow(
    place,
    others.map((entry) => entry.sample_id),
  );
}

function fileOf(item: Item | undefined): Pick<Item, "unreadable"> {
  return item?.unreadable === undefined ? {} : { unreadable: item.unreadable };
}

/** What a colleague has just labeled glows once. */
function glow(place: Workplace, ids: readonly string[]): void {
  if (ids.length === 0) return;
  place.update((state) => ({ ...state, glowing: new Set([...state.glowing, ...ids]) }));
  setTimeout(() => {
    place.update((state) => {
      const glowing = new Set(state.glowing);
      for (const id of ids) glowing.delete(id);
      return { ...state, glowing };
    });
  }, GLOW_MS);
}
