/** The keys as a person has set them, kept in this browser. */
import { useSyncExternalStore } from "react";
import { ACTIONS, DEFAULT_KEYS, type Keymap } from "@/labeling/keys";

const KEY = "labelstream-keys";
const listeners = new Set<() => void>();
let present = kept();

function kept(): Keymap {
  try {
    const own = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Keymap>;
    const known = ACTIONS.filter((action) => typeof own[action] === "string").map((action) => [action, own[action]]);
    return { ...DEFAULT_KEYS, ...Object.fromEntries(known) };
  } catch {
    return DEFAULT_KEYS;
  }
}

export function setKeymap(keymap: Keymap): void {
  present = keymap;
  try {
    localStorage.setItem(KEY, JSON.stringify(keymap));
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

export function useKeymap(): Keymap {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => present,
  );
}
