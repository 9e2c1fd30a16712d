/** How large a sample is to be, as the API takes it; null if what was typed is none. */
export function sizeOf(
  by: "ratio" | "count",
  typed: string,
): { sample_ratio: number } | { sample_count: number } | null {
  const amount = Number(typed);
  if (typed.trim() === "" || !Number.isFinite(amount) || amount <= 0) return null;
  if (by === "count") return Number.isInteger(amount) ? { sample_count: amount } : null;
  return amount <= 100 ? { sample_ratio: amount / 100 } : null;
}
