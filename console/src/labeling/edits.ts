/** What an edit makes of an image: the same rules as label-service's, so that it can be shown before the reply. */
import { type Given, type Grade, type Item, isSame, type LabelRef, type Review, statusOf, waits } from "./items";

/** What a reviewer decides: accepted with a grade, or rejected with a reason. */
export interface Verdict {
  decision: "accept" | "reject";
  grade?: Grade;
  reason?: string;
}

export interface Edit {
  add?: readonly LabelRef[];
  remove?: readonly LabelRef[];
  set?: readonly LabelRef[];
  replace?: { from: LabelRef; to: LabelRef };
  hard?: boolean;
  /** Stands alone: a review changes no labels. */
  verdict?: Verdict;
  /** Stands alone: labels that wait become one's own, or are taken off. */
  decision?: "confirm" | "reject";
}

export interface Giver {
  id: string;
  at: string;
}

/** The image after the edit; the same object if the edit changes nothing. Its version stays what the server said. */
export function applied(item: Item, edit: Edit, by: Giver): Item {
  if (edit.verdict) return reviewed(item, edit.verdict, by);
  // There is nothing to reject.
  if (edit.decision === "reject" && !item.labels.some(waits)) return item;
  const labels = labelsAfter(item.labels, edit, by);
  const hard = edit.hard ?? item.hard;
  if (hard === item.hard && equal(labels, item.labels) && !item.contentChanged) return item;
  const review = item.review ? { review: again(item.review) } : {};
  return { ...item, labels, hard, status: statusOf(labels), contentChanged: false, ...review };
}

/** Nothing is reviewed that carries no label and was never to be reviewed. */
function reviewed(item: Item, verdict: Verdict, by: Giver): Item {
  if (item.status !== "labeled" && !item.review) return item;
  const state = verdict.decision === "accept" ? "accepted" : "rejected";
  const review: Review = {
    state,
    grade: verdict.grade ?? null,
    reason: verdict.reason ?? null,
    by: by.id,
    at: by.at,
  };
  return { ...item, review };
}

/** What was changed after a review waits for the next one. */
function again(review: Review): Review {
  return review.state === "pending" ? review : { state: "pending", grade: null, reason: null, by: null, at: null };
}

function labelsAfter(before: readonly Given[], edit: Edit, by: Giver): readonly Given[] {
  if (edit.decision === "reject") return decided(before);
  if (edit.decision === "confirm") return before.some(waits) ? before.map((given) => confirmed(given, by)) : before;
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

function confirmed(given: Given, by: Giver): Given {
  if (!waits(given)) return given;
  const { toConfirm: _, ...rest } = given;
  return { ...rest, by: by.id, at: by.at, source: "person" };
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
