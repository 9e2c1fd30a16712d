import { expect, test } from "vitest";
import { applied, bodyOf } from "./edits";
import { given, item } from "./samples";

const ada = { id: "ada", at: "2026-01-31T12:00:00Z" };
const cat = { id: "l-cat", name: "cat" };
const dog = { id: "l-dog", name: "dog" };

const names = (each: { labels: readonly { name: string }[] }) => each.labels.map((label) => label.name);

test("a label that is given makes an image labeled, and says who gave it", () => {
  const after = applied(item("1"), { add: [cat] }, ada);
  expect(after.status).toBe("labeled");
  expect(after.labels).toEqual([expect.objectContaining({ name: "cat", by: "ada", source: "person" })]);
});

test("giving a label twice changes nothing, and keeps who gave it first", () => {
  const before = item("1", [given(cat, "bob")]);
  expect(applied(before, { add: [cat] }, ada)).toBe(before);
});

test("taking off the last label makes an image unlabeled", () => {
  expect(applied(item("1", [given(cat)]), { remove: [cat] }, ada).status).toBe("unlabeled");
});

test("a person's decision drops what a model proposed", () => {
  const before = item("1", [given(dog, "net", "model")]);
  expect(before.status).toBe("to_confirm");
  expect(names(applied(before, { add: [cat] }, ada))).toEqual(["cat"]);
  expect(applied(before, { remove: [cat] }, ada).status).toBe("unlabeled");
});

test("set keeps what is in it and takes off the rest", () => {
  const after = applied(item("1", [given(cat, "bob"), given({ id: "l-fox", name: "fox" })]), { set: [cat, dog] }, ada);
  expect(after.labels.map((each) => [each.name, each.by])).toEqual([
    ["cat", "bob"],
    ["dog", "ada"],
  ]);
});

test("replace touches only images that carry the label", () => {
  const other = item("2", [given(dog)]);
  expect(names(applied(item("1", [given(cat)]), { replace: { from: cat, to: dog } }, ada))).toEqual(["dog"]);
  expect(applied(other, { replace: { from: cat, to: dog } }, ada)).toBe(other);
});

test("hard alone leaves proposals as they are", () => {
  const before = item("1", [given(dog, "net", "model")]);
  const after = applied(before, { hard: true }, ada);
  expect(after.hard).toBe(true);
  expect(after.labels).toBe(before.labels);
});

test("a new label goes by its name, a known one by its id", () => {
  expect(bodyOf({ add: [cat, { id: null, name: "wolf" }] })).toEqual({ add: ["l-cat", "wolf"] });
});

const reviewer = { id: "rae", at: "2026-01-31T13:00:00Z" };
const rejected = { state: "rejected", grade: null, reason: "a dog", by: "rae", at: "2026-01-31T12:30:00Z" } as const;

test("a verdict says who found what, and leaves the labels as they are", () => {
  const labeled = item("1", [given(cat)]);
  const after = applied(labeled, { verdict: { decision: "accept", grade: "B" } }, reviewer);
  expect(after.labels).toBe(labeled.labels);
  expect(after.review).toEqual({ state: "accepted", grade: "B", reason: null, by: "rae", at: reviewer.at });
  expect(applied(after, { verdict: { decision: "reject", reason: "a dog" } }, reviewer).review?.reason).toBe("a dog");
});

test("where nothing is labeled and no review was asked for, a verdict changes nothing; a tie may be judged", () => {
  const verdict = { verdict: { decision: "accept" as const } };
  const unlabeled = item("1");
  expect(applied(unlabeled, verdict, reviewer)).toBe(unlabeled);
  const tie = item("1", [], { review: { state: "pending", grade: null, reason: null, by: null, at: null } });
  expect(applied(tie, verdict, reviewer).review?.state).toBe("accepted");
});

test("what is changed after a rejection waits for the next review", () => {
  const before = item("1", [given(cat)], { review: rejected });
  expect(applied(before, { add: [dog] }, ada).review).toMatchObject({ state: "pending", reason: null });
  expect(applied(item("2", [given(cat)]), { add: [dog] }, ada).review).toBeUndefined();
});

test("confirming makes what waits one's own, rejecting takes it off; what people gave stays", () => {
  const before = item("1", [given(cat, "bob"), given(dog, "net", "model")]);
  const confirmed = applied(before, { decision: "confirm" }, ada);
  expect(confirmed.labels.map(({ by, source }) => [by, source])).toEqual([
    ["bob", "person"],
    ["ada", "person"],
  ]);
  expect(names(applied(before, { decision: "reject" }, ada))).toEqual(["cat"]);
  const imported = item("1", [{ ...given(cat, "file", "import"), toConfirm: true }]);
  expect(applied(imported, { decision: "confirm" }, ada).status).toBe("labeled");
  expect(applied(imported, { decision: "reject" }, ada).status).toBe("unlabeled");
});

test("where nothing waits there is nothing to decide, but that a changed file was looked at", () => {
  const before = item("1", [given(cat)], { contentChanged: true });
  expect(applied(before, { decision: "confirm" }, ada)).toMatchObject({ contentChanged: false, labels: before.labels });
  expect(applied(before, { decision: "reject" }, ada)).toBe(before);
});
