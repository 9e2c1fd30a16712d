/** The changes of this session stay with the tab: other pages of the job may add to them, and a reload keeps them. */
import type { FeedEntry } from "@/api/feed";
import type { LabelEntry } from "@/api/stream";
import { type Done, type Kind, type Past, remembered } from "@/labeling/undo";
import type { Workplace } from "./state";

const keyOf = (account: string, job: string) => `labelstream-past/${account}/${job}`;

export function keepPast(place: Workplace, job: string): () => void {
  const key = keyOf(place.get().board.me, job);
  place.patch({ past: read(key) });
  let kept = place.get().past;
  return place.subscribe(() => {
    const { past } = place.get();
    if (past === kept) return;
    kept = past;
    write(key, past);
  });
}

/** For other pages of a job: what was done to labels there can be undone on the labeling page. */
export function rememberElsewhere(account: string, job: string, entries: readonly FeedEntry[]): void {
  const key = keyOf(account, job);
  const own = ownLabelChanges(entries, account);
  if (own.length > 0) write(key, own.reduce(remembered, read(key)));
}

export const LABEL_RENAMED = "labeling.label.renamed.v1";
const KINDS: Record<string, Kind> = {
  [LABEL_RENAMED]: "renamed",
  "labeling.label.merged.v1": "merged",
  "labeling.label.deleted.v1": "labelDeleted",
};

/** What this person did to the label set, as the feed tells it. */
export function ownLabelChanges(entries: readonly FeedEntry[], me: string): Done[] {
  return entries.flatMap((entry) => {
    const kind = entry.kind === "label" ? KINDS[entry.type] : undefined;
    if (entry.kind !== "label" || kind === undefined || entry.actor.id !== me) return [];
    const about = { kind, labels: namesIn(entry), images: 0 };
    return { changeId: entry.change_id, about, at: entry.at, state: "done" as const, left: 0 };
  });
}

/** What it was called, or what was merged, first; then what it is now. */
function namesIn({ label, before, from = [], into }: LabelEntry): string[] {
  const former = before?.name ?? from.map((one) => one.name).join(", ");
  return [former, into?.name ?? label?.name ?? ""].filter(Boolean);
}

function read(key: string): Past {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    // What was under way when the page went is known to the server only; trying again is harmless.
    return Array.isArray(kept)
      ? (kept as Past).map((one) => (one.state === "undoing" ? { ...one, state: "done" as const } : one))
      : [];
  } catch {
    return [];
  }
}

function write(key: string, past: Past): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(past));
  } catch {
    // Kept for this page only.
  }
}
