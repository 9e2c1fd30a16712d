/** Numbers of a job as charts show them. */
import type { DayProgress } from "@/api/progress";

export const FEWEST_COLUMNS = 14;
export const MOST_COLUMNS = 60;
const DAY_MS = 86_400_000;

/** A column of the chart: one day, or as many days as it takes to show the whole time in 60 columns. */
export interface Column {
  from: string;
  to: string;
  added: number;
  removed: number;
  reviewed: number;
}

/** Days without work are there, too: a week of rest must not look like a day. At least two weeks are shown. */
export function columnsOf(days: readonly DayProgress[], today: string): Column[] {
  const sorted = [...days].sort((one, other) => (one.day < other.day ? -1 : 1));
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  const end = Math.max(numberOf(today), numberOf(last.day));
  const start = Math.min(numberOf(first.day), end - FEWEST_COLUMNS + 1);
  const length = end - start + 1;
  const span = Math.ceil(length / MOST_COLUMNS);
  const columns = Array.from({ length: Math.ceil(length / span) }, (_, index) => ({
    from: dayOf(start + index * span),
    to: dayOf(Math.min(start + (index + 1) * span, start + length) - 1),
    added: 0,
    removed: 0,
    reviewed: 0,
  }));
  for (const { day, added, removed, reviewed } of sorted) {
    const column = columns[Math.floor((numberOf(day) - start) / span)];
    if (column === undefined) continue;
    column.added += added;
    column.removed += removed;
    column.reviewed += reviewed;
  }
  return columns;
}

/** The end of an axis that holds `most`: 1, 2 or 5 times a power of ten. */
export function axisEnd(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** The largest ones, and how many more there are. */
export function largest<T>(
  values: readonly T[],
  countOf: (value: T) => number,
  most: number,
): { top: T[]; more: number } {
  const sorted = [...values].sort((one, other) => countOf(other) - countOf(one));
  return { top: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

/** A share in percent that says neither 0 % of something nor 100 % of what is not all. */
export function shareOf(part: number, whole: number): number {
  if (whole === 0 || part === 0) return 0;
  if (part >= whole) return 100;
  return Math.min(99, Math.max(1, Math.round((part / whole) * 100)));
}

function numberOf(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

function dayOf(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
