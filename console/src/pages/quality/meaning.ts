/** What a chance-corrected agreement means, in the usual steps (Landis and Koch). */
export const MEANINGS = ["poor", "slight", "fair", "moderate", "substantial", "perfect"] as const;
export type Meaning = (typeof MEANINGS)[number];

const STEPS: readonly [number, Meaning][] = [
  [0, "poor"],
  [0.2, "slight"],
  [0.4, "fair"],
  [0.6, "moderate"],
  [0.8, "substantial"],
];

/** Of the figure as it is shown, with two digits: the same figure is never called two things. */
export function meaningOf(kappa: number): Meaning {
  const shown = Math.round(kappa * 100) / 100;
  if (shown < 0) return "poor";
  return STEPS.slice(1).find(([most]) => shown <= most)?.[1] ?? "perfect";
}

/** From 0 (no better than chance, or worse) to 4: how strongly a cell of the matrix is filled. */
export function strengthOf(kappa: number | null): number {
  return kappa === null ? 0 : Math.max(0, Math.min(4, Math.ceil(kappa * 5) - 1));
}
