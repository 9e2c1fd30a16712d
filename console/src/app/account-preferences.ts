/** Preferences that follow the account: read at sign-in, shown at once when they change, sent a moment later. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import {
  type AccountPreferences,
  changePreferences,
  type PreferencesChange,
  preferencesQuery,
} from "@/api/preferences";
import { LANGUAGES, languageOfBrowser, type Translate, useText } from "@/text/text";
import { toastFault } from "./fault";
import { shownPageSize } from "./page-sizes";
import { setPreferences, shownSize } from "./preferences";

export const CHOICES_OF_LANGUAGE = ["system", ...LANGUAGES] as const;
const SOON_MS = 400;

export type Choice = Pick<
  PreferencesChange,
  "theme" | "language" | "thumbnail_size" | "page_size" | "keys" | "console"
>;

/** The console's own notes among the preferences. */
export const SEVERAL_LABELS = "several_labels";

/** Makes this browser look as chosen. */
function show({ theme, language, thumbnail_size, page_size, keys, console }: Partial<AccountPreferences>): void {
  setPreferences({
    ...(theme && { theme }),
    ...(language && { language: language === "system" ? languageOfBrowser() : language }),
    ...(thumbnail_size && { thumbnailSize: shownSize(thumbnail_size) }),
    ...(page_size && { pageSize: shownPageSize(page_size) }),
    ...(keys && { keys }),
    ...(console && { several: console[SEVERAL_LABELS] === true }),
  });
}

/** Shows what the account has chosen elsewhere. */
export function useAccountPreferences(): void {
  const { data } = useQuery(preferencesQuery);
  useEffect(() => {
    // What was just chosen here and is not sent yet is newer.
    if (data && timer === null) show(data);
  }, [data]);
}

let waiting: PreferencesChange = {};
let timer: ReturnType<typeof setTimeout> | null = null;

/** Choosing: a slider that is dragged sends one change. */
export function useChoosePreferences(): (choice: Choice) => void {
  const queries = useQueryClient();
  const text = useText();
  return useCallback(
    (choice) => {
      const before = queries.getQueryData(preferencesQuery.queryKey);
      const after = changed(before ?? {}, choice);
      if (before !== undefined) queries.setQueryData(preferencesQuery.queryKey, { ...before, ...after });
      show(after);
      waiting = {
        ...waiting,
        ...choice,
        ...(choice.keys && { keys: { ...waiting.keys, ...choice.keys } }),
        ...(choice.console && { console: { ...waiting.console, ...choice.console } }),
      };
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void send(queries, text), SOON_MS);
    },
    [queries, text],
  );
}

/** As the gateway merges: entry by entry, and null takes one away. */
function changed(before: Partial<AccountPreferences>, choice: Choice): Partial<AccountPreferences> {
  const { keys, console: notes, ...rest } = choice;
  return {
    ...rest,
    ...(keys && { keys: merged(before.keys, keys) as Record<string, string> }),
    ...(notes && { console: merged(before.console, notes) }),
  };
}

function merged(before: Record<string, unknown> | undefined, change: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
}

async function send(queries: QueryClient, text: Translate): Promise<void> {
  const change = waiting;
  waiting = {};
  timer = null;
  try {
    queries.setQueryData(preferencesQuery.queryKey, await changePreferences(change));
  } catch (error) {
    toastFault(error, text);
    await queries.invalidateQueries({ queryKey: preferencesQuery.queryKey });
  }
}
