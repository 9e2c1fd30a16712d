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
import { toast } from "@/ui/toast";
import { faultText } from "./fault";
import { shownPageSize } from "./page-sizes";
import { setPreferences, shownSize } from "./preferences";

export const CHOICES_OF_LANGUAGE = ["system", ...LANGUAGES] as const;
const SOON_MS = 400;

export type Choice = Pick<PreferencesChange, "theme" | "language" | "thumbnail_size" | "page_size" | "keys">;

/** Makes this browser look as chosen. */
function show({ theme, language, thumbnail_size, page_size, keys }: Partial<AccountPreferences>): void {
  setPreferences({
    ...(theme && { theme }),
    ...(language && { language: language === "system" ? languageOfBrowser() : language }),
    ...(thumbnail_size && { thumbnailSize: shownSize(thumbnail_size) }),
    ...(page_size && { pageSize: shownPageSize(page_size) }),
    ...(keys && { keys }),
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
      waiting = { ...waiting, ...choice, ...(choice.keys ? { keys: { ...waiting.keys, ...choice.keys } } : {}) };
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void send(queries, text), SOON_MS);
    },
    [queries, text],
  );
}

/** As the gateway merges: entry by entry, and null takes one away. */
function changed(before: Partial<AccountPreferences>, { keys, ...rest }: Choice): Partial<AccountPreferences> {
  if (!keys) return rest;
  const merged = Object.entries({ ...before.keys, ...keys }).filter(([, key]) => key !== null);
  return { ...rest, keys: Object.fromEntries(merged) as Record<string, string> };
}

async function send(queries: QueryClient, text: Translate): Promise<void> {
  const change = waiting;
  waiting = {};
  timer = null;
  try {
    queries.setQueryData(preferencesQuery.queryKey, await changePreferences(change));
  } catch (error) {
    toast(faultText(error, text), "danger");
    await queries.invalidateQueries({ queryKey: preferencesQuery.queryKey });
  }
}
