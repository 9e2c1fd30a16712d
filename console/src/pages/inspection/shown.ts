export const SHOWN = ["unreadable", "exact", "near"] as const;
export type Shown = (typeof SHOWN)[number];

export function shownOf(value: unknown): Shown | undefined {
  return SHOWN.find((each) => each === value);
}
