import type { IntlShape } from "react-intl";

const MINUTE = 60_000;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];
const WEEK = 7 * 24 * 60 * MINUTE;

/** How long ago a moment is, or its day after a week; null for less than a minute. */
export function shortWhen(
  moment: Date,
  now: number,
  intl: Pick<IntlShape, "formatDate" | "formatRelativeTime">,
): string | null {
  const ago = moment.getTime() - now;
  if (Math.abs(ago) > WEEK) return intl.formatDate(moment, { dateStyle: "medium" });
  const step = STEPS.find(([, length]) => Math.abs(ago) >= length);
  return step ? intl.formatRelativeTime(Math.round(ago / step[1]), step[0]) : null;
}
