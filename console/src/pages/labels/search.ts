/** What of Label Management is in its address: the text that is sought, and the order. */
import { oneOf, textOf } from "@/app/search";

export const SORTS = ["added", "name", "-name", "-count", "count"] as const;
export type LabelSort = (typeof SORTS)[number];

export interface LabelsSearch {
  name?: string | undefined;
  sort?: LabelSort | undefined;
}

export function validateLabelsSearch(search: Record<string, unknown>): LabelsSearch {
  const name = textOf(search.name);
  const sort = oneOf(search.sort, SORTS);
  return { ...(name ? { name } : {}), ...(sort ? { sort } : {}) };
}
