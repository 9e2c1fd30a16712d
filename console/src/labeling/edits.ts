/** What an edit makes of an image: the same rules as label-service's, so that it can be shown before the reply. */
import { type Given, type Item, isSame, type LabelRef, statusOf, waits } from "./items";

export interface Edit {
  add?: readonly LabelRef[];
  remove?: readonly LabelRef[];
  set?: readonly LabelRef[];
  replace?: { from: LabelRef; to: LabelRef };
  hard?: boolean;
}

export interface Giver {
  id: string;
  at: string;
}

/** The image after the edit; the same object if the edit changes nothing. Its version stays what the server said. */
export function applied(item: Item, edit: Edit, by: Giver): Item {
  const labels = labelsAfter(item.labels, edit, by);
  const hard = edit.hard ?? item.hard;
  if (hard === item.hard && equal(labels, item.labels) && !item.contentChanged) return item;
  return { ...item, labels, hard, status: statusOf(labels), contentChanged: false };
}

function labelsAfter(before: readonly Given[], edit: Edit, by: Giver): readonly Given[] {
  if (edit.set)
    return withEach(
      decided(before).filter((given) => isAmong(given, edit.set ?? [])),
      edit.set,
      by,
    );
  if (edit.replace) {
    const { from, to } = edit.replace;
    if (!decided(before).some((given) => isSame(given, from))) return before;
    return withEach(
      decided(before).filter((given) => !isSame(given, from)),
      [to],
      by,
    );
  }
  if (!edit.add && !edit.remove) return before;
  const { add = [], remove = [] } = edit;
  return withEach(
    decided(before).filter((given) => !isAmong(given, remove)),
    add,
    by,
  );
}

/** A person's decision drops what a model only proposed. */
function decided(labels: readonly Given[]): readonly Given[] {
  return labels.filter((given) => !waits(given));
}

function withEach(labels: readonly Given[], wanted: readonly LabelRef[], by: Giver): readonly Given[] {
  const missing = wanted.filter((label) => !labels.some((given) => isSame(given, label)));
  const given = missing.map(
    (label): Given => ({
      labelId: label.id ?? `new:${label.name}`,
      name: label.name,
      by: by.id,
      at: by.at,
      source: "person",
      confidence: null,
    }),
  );
  return [...labels, ...given];
}

function isAmong(given: Given, labels: readonly LabelRef[]): boolean {
  return labels.some((label) => isSame(given, label));
}

function equal(one: readonly Given[], other: readonly Given[]): boolean {
  return one.length === other.length && one.every((given, index) => given === other[index]);
}

interface EditBody {
  add?: string[];
  remove?: string[];
  set?: string[];
  replace?: { from: string; to: string };
  hard?: boolean;
}

/** The edit as the gateway's API takes it. */
export function bodyOf(edit: Edit): EditBody {
  const name = (label: LabelRef) => label.id ?? label.name;
  return {
    ...(edit.add ? { add: edit.add.map(name) } : {}),
    ...(edit.remove ? { remove: edit.remove.map(name) } : {}),
    ...(edit.set ? { set: edit.set.map(name) } : {}),
    ...(edit.replace ? { replace: { from: name(edit.replace.from), to: name(edit.replace.to) } } : {}),
    ...(edit.hard === undefined ? {} : { hard: edit.hard }),
  };
}
