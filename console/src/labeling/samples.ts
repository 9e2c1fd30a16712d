/** Images and labels for the unit tests. */
import { type Given, type Item, type LabelRef, type Source, statusOf } from "./items";

export function given(label: LabelRef, by = "ada", source: Source = "person"): Given {
  return { labelId: label.id ?? "", name: label.name, by, at: "2026-01-31T11:00:00Z", source, confidence: null };
}

export function item(id: string, labels: readonly Given[] = [], more: Partial<Item> = {}): Item {
  const path = `photos/${id}.png`;
  return {
    id,
    path,
    name: `${id}.png`,
    status: statusOf(labels),
    labels,
    hard: false,
    version: 1,
    thumbnail: "",
    content: "",
    ...more,
  };
}
