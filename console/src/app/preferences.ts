/** What a person has chosen for this browser: theme and language. */
import { useSyncExternalStore } from "react";
import { LANGUAGES, type Language, languageOfBrowser } from "@/text/text";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences {
  theme: Theme;
  language: Language;
}

const KEY = "labelstream-preferences";
const listeners = new Set<() => void>();
let present = load();

function load(): Preferences {
  const chosen = { theme: "system" as Theme, language: languageOfBrowser() };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    if (THEMES.includes(kept.theme as Theme)) chosen.theme = kept.theme as Theme;
    if (LANGUAGES.includes(kept.language as Language)) chosen.language = kept.language as Language;
  } catch {
    // A browser that keeps nothing, or something else's value: the defaults hold.
  }
  return chosen;
}

export function setPreferences(changes: Partial<Preferences>): void {
  present = { ...present, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(present));
  } catch {
    // Kept for this page only.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = present.theme;
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  present = load();
  applyTheme();
  for (const listener of listeners) listener();
});

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => present,
  );
}
