/** What this browser keeps of an account's preferences, so that the first paint is right; the account's own word comes after. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const KEPT_KEY = "labelstream-preferences";

/** A browser that keeps nothing, or something else's value: nothing is kept. */
export function kept(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEPT_KEY) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export function keep(changes: Record<string, unknown>): void {
  try {
    localStorage.setItem(KEPT_KEY, JSON.stringify({ ...kept(), ...changes }));
  } catch {
    // Kept for this page only.
  }
}

export function keptTheme(): Theme {
  return THEMES.find((theme) => theme === kept().theme) ?? "system";
}
