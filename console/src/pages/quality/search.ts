/** What of the quality page is in its address. */
import { CONSENSUS, type Consensus } from "@/api/quality";
import { oneOf } from "@/app/search";

export interface QualitySearch {
  consensus?: Consensus;
}

export function validateQualitySearch(search: Record<string, unknown>): QualitySearch {
  const consensus = oneOf(search.consensus, CONSENSUS);
  return consensus ? { consensus } : {};
}
