/** The label changes of this session, newest first, and what became of undoing them. */

export type Kind =
  | "given"
  | "taken"
  | "set"
  | "replaced"
  | "hard"
  | "confirmed"
  | "rejected"
  | "deleted"
  | "renamed"
  | "merged"
  | "labelDeleted"
  | "reviewAccepted"
  | "reviewRejected";

export interface Done {
  changeId: string;
  /** What was done, for people: label names, and how many images. */
  about: { kind: Kind; labels: string[]; images: number };
  at: string;
  state: "done" | "undoing" | "undone";
  /** Images that were left as they are, because somebody changed them since. */
  left: number;
  /** The change that took it back: the feed tells of it, too, and it is nothing to undo in its turn. */
  undoneBy?: string;
  /** Deleted images, which are restored by their ids. */
  restore?: { dataset: string; ids: readonly string[] };
}

export type Past = readonly Done[];

/** Older changes are forgotten. */
export const MOST_PAST = 200;

export function remembered(past: Past, done: Done): Past {
  if (past.some((one) => one.changeId === done.changeId || one.undoneBy === done.changeId)) return past;
  return [done, ...past].slice(0, MOST_PAST);
}

/** What Ctrl+Z undoes. */
export function undoable(past: Past): Done | null {
  return past.find((one) => one.state === "done") ?? null;
}

export function undoing(past: Past, changeId: string): Past {
  return changed(past, changeId, { state: "undoing" });
}

export function undone(past: Past, changeId: string, left: number, undoneBy?: string): Past {
  const others = past.filter((one) => one.changeId !== undoneBy);
  return changed(others, changeId, { state: "undone", left, ...(undoneBy ? { undoneBy } : {}) });
}

export function refused(past: Past, changeId: string): Past {
  return changed(past, changeId, { state: "done" });
}

function changed(past: Past, changeId: string, changes: Partial<Done>): Past {
  return past.map((one) => (one.changeId === changeId ? { ...one, ...changes } : one));
}
