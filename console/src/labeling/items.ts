/** Images of a job as the labeling page knows them, and labels as they are named in edits. */

export type Status = "unlabeled" | "labeled" | "to_confirm";
export type Source = "person" | "import" | "model" | "consensus";

/** A label on an image: who gave it and when. A model's label waits to be confirmed; that of an import may wait. */
export interface Given {
  labelId: string;
  name: string;
  by: string;
  at: string;
  source: Source;
  confidence: number | null;
  toConfirm?: boolean;
}

/** Whether it is only proposed: shown, but not counted. */
export function waits(given: Given): boolean {
  return given.source === "model" || given.toConfirm === true;
}

export const GRADES = ["A", "B", "C", "D"] as const;
export type Grade = (typeof GRADES)[number];
export type ReviewState = "pending" | "accepted" | "rejected";

/** A reviewer's decision about the labels of an image; `pending` waits for one. */
export interface Review {
  state: ReviewState;
  grade: Grade | null;
  reason: string | null;
  by: string | null;
  at: string | null;
}

/** Whose work an image is, and whether they have done it. */
export interface Assignee {
  account: string;
  isDone: boolean;
}

export interface Item {
  id: string;
  path: string;
  name: string;
  status: Status;
  labels: readonly Given[];
  hard: boolean;
  /** The file was overwritten, and nobody has looked since. */
  contentChanged?: boolean;
  /** Why its file cannot be read. Such an image does not count as unlabeled, whatever its status. */
  unreadable?: string;
  version: number;
  thumbnail: string;
  content: string;
  review?: Review | null;
  /** Left out where it is not known: events of other people tell labels only. */
  assignees?: readonly Assignee[];
  /** How far several people's answers agree, from 0 to 1. */
  agreement?: number | null;
}

/** Whether nobody has labeled or answered it yet: what is only proposed is open. */
export function isUntouched(item: Item): boolean {
  const hasAnswers = item.assignees?.some((each) => each.isDone) ?? false;
  return item.status !== "labeled" && !item.review && !hasAnswers && item.unreadable === undefined;
}

/** The address of the thumbnail in a size. It keeps the ticket that permits seeing it. */
export function thumbnailOf({ thumbnail }: Pick<Item, "thumbnail">, size: number): string {
  return `${thumbnail}${thumbnail.includes("?") ? "&" : "?"}size=${size}`;
}

/** A label by its id, or by its name alone if it is to be created. */
export interface LabelRef {
  id: string | null;
  name: string;
}

export interface Label {
  id: string;
  name: string;
  color: string;
  shortcut: string | null;
  description: string;
  count: number;
}

export function refOf(label: Label): LabelRef {
  return { id: label.id, name: label.name };
}

/** A label that an image carries; one that was just made here has no id yet. */
export function refOfGiven(given: Pick<Given, "labelId" | "name">): LabelRef {
  return { id: given.labelId.startsWith("new:") ? null : given.labelId, name: given.name };
}

export function carries(item: Item, label: LabelRef): boolean {
  return item.labels.some((given) => !waits(given) && isSame(given, label));
}

export function isSame(given: Given, label: LabelRef): boolean {
  return label.id !== null ? given.labelId === label.id : given.name === label.name;
}

export function statusOf(labels: readonly Given[]): Status {
  if (labels.some((given) => !waits(given))) return "labeled";
  return labels.length > 0 ? "to_confirm" : "unlabeled";
}

/** The labels of several images, each with how many of them carry it; the most carried first. */
export function labelsOf(items: Iterable<Item>): { name: string; labelId: string; count: number }[] {
  const counts = new Map<string, { name: string; labelId: string; count: number }>();
  for (const item of items) {
    for (const given of item.labels) {
      const found = counts.get(given.labelId);
      if (found) found.count += 1;
      else counts.set(given.labelId, { name: given.name, labelId: given.labelId, count: 1 });
    }
  }
  return [...counts.values()].sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}
