/** What of a dataset's page is in the address: which images are shown, and the synchronization that is under way. */
import { oneOf, type Search, textOf } from "@/app/search";

export const SAMPLE_SORTS = ["-added", "added", "path", "-path"] as const;
export type SampleSort = (typeof SAMPLE_SORTS)[number];

export interface DatasetSearch {
  operation?: string;
  path?: string;
  sort?: SampleSort;
}

export function validateDatasetSearch(search: Search): DatasetSearch {
  const operation = textOf(search.operation);
  const path = textOf(search.path);
  const sort = oneOf(search.sort, SAMPLE_SORTS);
  return { ...(operation && { operation }), ...(path && { path }), ...(sort && { sort }) };
}
