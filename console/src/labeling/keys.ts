/** Keys and what they do. A label's own key comes first; the rest can be changed. */
import { GRADES, type Grade, type Label } from "./items";

export const ACTIONS = [
  "select.toggle",
  "select.page",
  "select.invert",
  "select.clear",
  "mode.grid",
  "mode.brush",
  "mode.focus",
  "open",
  "back",
  "next",
  "previous",
  "label.box",
  "search",
  "hard",
  "confirm",
  "review.A",
  "review.B",
  "review.C",
  "review.D",
  "review.reject",
  "delete",
  "undo",
  "help",
] as const;
export type Action = (typeof ACTIONS)[number];
export type Keymap = Record<Action, string>;

export const DEFAULT_KEYS: Keymap = {
  "select.toggle": "Space",
  "select.page": "Mod+A",
  "select.invert": "Mod+I",
  "select.clear": "Escape",
  "mode.grid": "G",
  "mode.brush": "B",
  "mode.focus": "F",
  open: "Enter",
  back: "Backspace",
  next: "PageDown",
  previous: "PageUp",
  "label.box": "L",
  search: "/",
  hard: "H",
  confirm: "Y",
  "review.A": "Shift+A",
  "review.B": "Shift+B",
  "review.C": "Shift+C",
  "review.D": "Shift+D",
  "review.reject": "Shift+R",
  delete: "Delete",
  undo: "Mod+Z",
  help: "?",
};

/** How an account keeps that an action has no key. */
const NONE = "None";

/** The usual keys, except where others were chosen. */
export function keymapOf(chosen: Readonly<Record<string, string>>): Keymap {
  const keymap = { ...DEFAULT_KEYS };
  for (const action of ACTIONS) {
    const key = chosen[action];
    if (key !== undefined) keymap[action] = key === NONE ? "" : key;
  }
  return keymap;
}

/** What an account keeps of a keymap: null where the usual key holds. */
export function differing(keymap: Keymap): Record<Action, string | null> {
  const kept = ACTIONS.map((action) => [
    action,
    keymap[action] === DEFAULT_KEYS[action] ? null : keymap[action] || NONE,
  ]);
  return Object.fromEntries(kept) as Record<Action, string | null>;
}

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** A key press as text: `Mod+A`, `Space`, `?`. Shift is part of it only where the key itself does not show it. */
export function nameOf(pressed: Pressed): string {
  const key = pressed.key === " " ? "Space" : pressed.key.length === 1 ? pressed.key.toUpperCase() : pressed.key;
  const isLetter = /^[A-Z]$/.test(key);
  return [
    pressed.ctrlKey || pressed.metaKey ? "Mod" : "",
    pressed.altKey ? "Alt" : "",
    pressed.shiftKey && (isLetter || key.length > 1) ? "Shift" : "",
    key,
  ]
    .filter(Boolean)
    .join("+");
}

export function actionOf(pressed: Pressed, keymap: Keymap): Action | null {
  const name = nameOf(pressed);
  return ACTIONS.find((action) => keymap[action] === name) ?? null;
}

/** Keys of labels: their own; else their name, if that is one digit; else the digits 1 … 9 and 0 in the order of the list. */
export function keysOfLabels(labels: readonly Label[]): Map<string, Label> {
  const keys = new Map<string, Label>();
  for (const label of labels) if (label.shortcut) keys.set(label.shortcut.toUpperCase(), label);
  const rest = labels.filter((label) => !label.shortcut);
  for (const label of rest) if (/^\d$/.test(label.name) && !keys.has(label.name)) keys.set(label.name, label);
  const free = [..."1234567890"].filter((digit) => !keys.has(digit));
  for (const label of rest) {
    if (keys.get(label.name) === label) continue;
    const digit = free.shift();
    if (digit === undefined) break;
    keys.set(digit, label);
  }
  return keys;
}

/** The grade that an action accepts with; null if it is none. */
export function gradeOf(action: Action): Grade | null {
  return GRADES.find((grade) => action === `review.${grade}`) ?? null;
}

export function isReview(action: Action | null): boolean {
  return action?.startsWith("review.") ?? false;
}

/** The label of a key without Ctrl, Alt or ⌘; a digit of the number pad counts as that digit. */
export function labelOf(pressed: Pressed, keys: ReadonlyMap<string, Label>): Label | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  return keys.get(pressed.key.toUpperCase()) ?? null;
}

/** With another key for an action; whatever had that key before has none. */
export function rebound(keymap: Keymap, action: Action, key: string): Keymap {
  const next = { ...keymap };
  for (const other of ACTIONS) if (next[other] === key) next[other] = "";
  next[action] = key;
  return next;
}
