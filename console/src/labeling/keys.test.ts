import { describe, expect, test } from "vitest";
import type { Label } from "./items";
import {
  actionOf,
  DEFAULT_KEYS,
  differing,
  gradeOf,
  isReview,
  keymapOf,
  keysOfLabels,
  labelOf,
  nameOf,
  type Pressed,
  rebound,
} from "./keys";

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const label = (name: string, shortcut: string | null = null): Label => ({
  id: name,
  name,
  color: "",
  shortcut,
  description: "",
  count: 0,
});

test("keys have one name on every system", () => {
  expect(nameOf(pressed("a", { ctrlKey: true }))).toBe("Mod+A");
  expect(nameOf(pressed("a", { metaKey: true }))).toBe("Mod+A");
  expect(nameOf(pressed(" "))).toBe("Space");
  expect(nameOf(pressed("?", { shiftKey: true }))).toBe("?");
  expect(nameOf(pressed("Z", { shiftKey: true, ctrlKey: true }))).toBe("Mod+Shift+Z");
});

test("every action has a key of its own", () => {
  const keys = Object.values(DEFAULT_KEYS);
  expect(new Set(keys).size).toBe(keys.length);
  expect(actionOf(pressed("z", { ctrlKey: true }), DEFAULT_KEYS)).toBe("undo");
  expect(actionOf(pressed("q"), DEFAULT_KEYS)).toBeNull();
});

test("labels have their own key, else the next free digit", () => {
  const keys = keysOfLabels([label("cat", "c"), label("dog"), label("one", "1"), label("fox")]);
  expect(labelOf(pressed("c"), keys)?.name).toBe("cat");
  expect(labelOf(pressed("1"), keys)?.name).toBe("one");
  expect(labelOf(pressed("2"), keys)?.name).toBe("dog");
  expect(labelOf(pressed("3"), keys)?.name).toBe("fox");
  expect(labelOf(pressed("c", { ctrlKey: true }), keys)).toBeNull();
});

test("a label that is called by a digit has that digit", () => {
  const keys = keysOfLabels([label("zero"), label("1"), label("2")]);
  expect(labelOf(pressed("1"), keys)?.name).toBe("1");
  expect(labelOf(pressed("3"), keys)?.name).toBe("zero");
});

test("only ten labels get a digit", () => {
  expect(keysOfLabels(Array.from({ length: 12 }, (_, number) => label(`l${number}`))).size).toBe(10);
});

test("a key does one thing", () => {
  const keymap = rebound(DEFAULT_KEYS, "hard", "Space");
  expect(keymap.hard).toBe("Space");
  expect(keymap["select.toggle"]).toBe("");
});

describe("keys of an account", () => {
  test("are kept only where they differ from the usual ones", () => {
    const kept = differing(rebound(DEFAULT_KEYS, "hard", "G"));
    expect(kept.hard).toBe("G");
    expect(kept["mode.grid"]).toBe("None");
    expect(kept.undo).toBeNull();
  });

  test("come back as they were chosen", () => {
    const chosen = rebound(rebound(DEFAULT_KEYS, "hard", "G"), "undo", "U");
    const kept = Object.entries(differing(chosen)).filter(([, key]) => key !== null);
    expect(keymapOf(Object.fromEntries(kept) as Record<string, string>)).toEqual(chosen);
  });

  test("of actions that this console does not know change nothing", () => {
    expect(keymapOf({ dance: "D" })).toEqual(DEFAULT_KEYS);
  });
});

test("grades have keys of their own, beside those of labels", () => {
  const action = actionOf(pressed("A", { shiftKey: true }), DEFAULT_KEYS);
  expect(action && gradeOf(action)).toBe("A");
  expect(isReview(action)).toBe(true);
  expect(gradeOf("review.reject")).toBeNull();
  expect(isReview("undo")).toBe(false);
});
