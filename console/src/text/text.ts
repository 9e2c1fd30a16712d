/** The console's words, typed by the English ones. */
import { useCallback } from "react";
import { useIntl } from "react-intl";
import en from "./en.json";

export type TextKey = keyof typeof en;
export type Values = Record<string, string | number | Date | undefined>;
export type Translate = (key: TextKey, values?: Values) => string;

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

export function useText(): Translate {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

type Messages = Record<string, string>;

const there: Partial<Record<Language, Messages>> = { en };

/** The texts of a language, if they were loaded already. */
export function messagesThere(language: Language): Messages | null {
  return there[language] ?? null;
}

export async function messagesOf(language: Language): Promise<Messages> {
  there[language] ??= (await import("./zh.json")).default;
  return there[language];
}

/** The browser's language, if the console speaks it. */
export function languageOfBrowser(): Language {
  const wanted = navigator.languages.map((one) => one.split("-")[0]);
  return LANGUAGES.find((language) => language === wanted.find((one) => LANGUAGES.includes(one as Language))) ?? "en";
}
