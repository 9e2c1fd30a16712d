/** Preferences that follow the account: read at sign-in, shown at once when they change, sent a moment later. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { changePreferences, type PreferencesChange, preferencesQuery } from "@/api/preferences";
import { clampedSize, setThumbnailSize } from "@/pages/labeling/thumbnail-size";
import { LANGUAGES, languageOfBrowser, type Translate, useText } from "@/text/text";
import { toast } from "@/ui/toast";
import { faultText } from "./fault";
import { setPreferences } from "./preferences";

export const CHOICES_OF_LANGUAGE = ["system", ...LANGUAGES] as const;
/** The gateway answers a size even where nobody chose one; the console notes that somebody did. */
const SIZE_CHOSEN = "thumbnail_size_chosen";
const SOON_MS = 400;

export type Choice = Pick<PreferencesChange, "theme" | "language" | "thumbnail_size">;

/** Makes this browser look as chosen. */
function show({ theme, language, thumbnail_size }: Choice): void {
  if (theme !== undefined) setPreferences({ theme });
  if (language !== undefined) setPreferences({ language: language === "system" ? languageOfBrowser() : language });
  if (thumbnail_size !== undefined) setThumbnailSize(clampedSize(thumbnail_size));
}

/** Shows what the account has chosen elsewhere. */
export function useAccountPreferences(): void {
  const { data } = useQuery(preferencesQuery);
  useEffect(() => {
    // What was just chosen here and is not sent yet is newer.
    if (!data || timer !== null) return;
    const { theme, language, thumbnail_size, console: own } = data;
    show({ theme, language, ...(own[SIZE_CHOSEN] === true ? { thumbnail_size } : {}) });
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
      show(choice);
      queries.setQueryData(preferencesQuery.queryKey, (before) => (before ? { ...before, ...choice } : before));
      waiting = {
        ...waiting,
        ...choice,
        ...(choice.thumbnail_size === undefined ? {} : { console: { [SIZE_CHOSEN]: true } }),
      };
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void send(queries, text), SOON_MS);
    },
    [queries, text],
  );
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
