/** What of the list of jobs is in the address. */
import type { JobSort } from "@/api/jobs";
import { oneOf, type Search, textOf } from "@/app/search";

export const TABS = ["created", "participating"] as const;
export const TYPES = ["image_classification"] as const;
export const SORTS = [
  "added",
  "-added",
  "name",
  "-name",
  "progress",
  "-progress",
] as const satisfies readonly JobSort[];

export interface JobsSearch {
  tab?: (typeof TABS)[number];
  type?: (typeof TYPES)[number];
  name?: string;
  sort?: JobSort;
}

export function validateJobsSearch(search: Search): JobsSearch {
  const tab = oneOf(search.tab, TABS);
  const type = oneOf(search.type, TYPES);
  const name = textOf(search.name);
  const sort = oneOf(search.sort, SORTS);
  return { ...(tab && { tab }), ...(type && { type }), ...(name && { name }), ...(sort && { sort }) };
}
