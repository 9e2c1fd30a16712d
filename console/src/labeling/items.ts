/** Images of a job as the labeling page knows them, and labels as they are named in edits. */

export type Status = "unlabeled" | "labeled" | "to_confirm";
export type Source = "person" | "import" | "model" | "consensus";

/** A label on an image: who gave it, when, and whether it waits to be confirmed (`model`). */
export interface Given {
  labelId: string;
  name: string;
  by: string;
  at: string;
  source: Source;
  confidence: number | null;
}

export interface Item {
  id: string;
  path: string;
  name: string;
  status: Status;
  labels: readonly Given[];
  hard: boolean;
  version: number;
  thumbnail: string;
  content: string;
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

export function carries(item: Item, label: LabelRef): boolean {
  return item.labels.some((given) => given.source !== "model" && isSame(given, label));
}

export function isSame(given: Given, label: LabelRef): boolean {
  return label.id !== null ? given.labelId === label.id : given.name === label.name;
}

export function statusOf(labels: readonly Given[]): Status {
  if (labels.some((given) => given.source !== "model")) return "labeled";
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
