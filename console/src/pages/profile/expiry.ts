/** When an API key ends: after so many days, or never. */
export const DAYS = ["30", "90", "365", "never"] as const;
export type Days = (typeof DAYS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;

export function expiryAfter(days: Days, now: Date): string | null {
  return days === "never" ? null : new Date(now.getTime() + Number(days) * DAY_MS).toISOString();
}
