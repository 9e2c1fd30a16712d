/** What a person has chosen, as this browser shows it. The account's own word comes from the gateway; what the browser keeps
 * only bridges the time until then. */
import { useSyncExternalStore } from "react";
import { LANGUAGES, type Language, languageOfBrowser } from "@/text/text";
import { KEPT_KEY, keep, kept, keptTheme, type Theme } from "./kept";
import { shownPageSize, USUAL_PAGE } from "./page-sizes";

export { THEMES, type Theme } from "./kept";

export const THUMBNAIL_SIZES = { smallest: 64, largest: 320, usual: 128 } as const;

export interface Preferences {
  theme: Theme;
  language: Language;
  thumbnailSize: number;
  pageSize: number;
  /** In focus, a label's key does not go on by itself. */
  several: boolean;
  /** Keys that differ from the usual ones, by action. */
  keys: Readonly<Record<string, string>>;
}

const listeners = new Set<() => void>();
let present = load();

function load(): Preferences {
  const { language, thumbnailSize, pageSize, several, keys } = kept();
  return {
    theme: keptTheme(),
    language: LANGUAGES.find((each) => each === language) ?? languageOfBrowser(),
    thumbnailSize: shownSize(Number(thumbnailSize ?? THUMBNAIL_SIZES.usual)),
    pageSize: shownPageSize(Number(pageSize ?? USUAL_PAGE)),
    several: several === true,
    keys: keysIn(keys),
  };
}

function keysIn(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, key]) => typeof key === "string"));
}

/** As near to a size as thumbnails are shown. */
export function shownSize(size: number): number {
  if (!Number.isFinite(size)) return THUMBNAIL_SIZES.usual;
  return Math.min(THUMBNAIL_SIZES.largest, Math.max(THUMBNAIL_SIZES.smallest, size));
}

export function setPreferences(changes: Partial<Preferences>): void {
  present = { ...present, ...changes };
  keep(changes);
  applyTheme();
  for (const listener of listeners) listener();
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = present.theme;
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEPT_KEY) return;
  present = load();
  applyTheme();
  for (const listener of listeners) listener();
});

export const preferences = (): Preferences => present;

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
