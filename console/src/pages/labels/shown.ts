/** Which labels are shown, and in which order. Plain functions over the whole set, which is at most 10,000 labels. */
import type { LabelView } from "@/api/labels";
import { keysOfLabels } from "@/labeling/keys";
import type { LabelSort } from "./search";

const ORDER = new Intl.Collator(undefined, { numeric: true });

export function shownLabels(labels: readonly LabelView[], sought: string, sort: LabelSort): LabelView[] {
  const text = sought.trim().toLowerCase();
  const found = labels.filter((label) => `${label.name}\n${label.description}`.toLowerCase().includes(text));
  if (sort === "added") return found;
  const by = sort.endsWith("name")
    ? (one: LabelView, other: LabelView) => ORDER.compare(one.name, other.name)
    : (one: LabelView, other: LabelView) => one.count - other.count || ORDER.compare(one.name, other.name);
  return found.sort(sort.startsWith("-") ? (one, other) => by(other, one) : by);
}

/** The key of each label on the labeling page, by its id: chosen, or assigned as long as there are free digits. */
export function keysById(labels: readonly LabelView[]): Map<string, string> {
  return new Map([...keysOfLabels(labels)].map(([key, label]) => [label.id, key]));
}

/** The label that stays in a merge unless somebody chooses another: the one that most images carry. */
export function mostCarried(labels: readonly LabelView[]): LabelView | undefined {
  return labels.reduce<LabelView | undefined>(
    (most, label) => (most === undefined || label.count > most.count ? label : most),
    undefined,
  );
}

/** Only what is different from how the label is now: nothing else is sent, and nothing else overwritten. */
export function changesOf(
  label: LabelView,
  form: { name: string; color: string; shortcut: string; description: string },
): Partial<typeof form> {
  const now = { name: label.name, color: label.color, shortcut: label.shortcut ?? "", description: label.description };
  return Object.fromEntries(
    Object.entries(form).filter(([field, value]) => value !== now[field as keyof typeof now]),
  ) as Partial<typeof form>;
}
