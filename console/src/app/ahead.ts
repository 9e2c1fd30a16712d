/** What the first page needs is asked for as soon as the console runs, side by side: who is signed in, what they chose, the
 * page's code and its data. Otherwise each would wait for the one before. */
import type { QueryClient } from "@tanstack/react-query";
import { csrfToken } from "@/api/fetching";
import { askForItems } from "@/api/items";
import { jobQuery } from "@/api/jobs";
import { labelsQuery } from "@/api/labels";
import { meQuery } from "@/api/me";
import { preferencesQuery } from "@/api/preferences";
import { USUAL_SORT } from "@/labeling/filters";
import { preloadFirstSight } from "@/pages/labeling/first-sight";
import { filterOf, validateLabelingSearch } from "@/pages/labeling/search";
import { messagesOf } from "@/text/text";
import { preferences } from "./preferences";
import type { createConsoleRouter } from "./router";
import type { Search } from "./search";

const LABELING = "/signed-in/jobs/$jobId";

export function askAhead(router: ReturnType<typeof createConsoleRouter>, queries: QueryClient): void {
  void messagesOf(preferences().language);
  // Without its cookie there is no session, and all of it would be refused.
  if (csrfToken() === "") return;
  void queries.prefetchQuery(meQuery);
  const { pathname, search } = router.latestLocation;
  const [matchedRoutes, routeParams] = router.getMatchedRoutes(pathname);
  for (const { options } of matchedRoutes) void options.component?.preload?.();
  const jobId = routeParams.jobId;
  if (jobId !== undefined && matchedRoutes.at(-1)?.id === LABELING) askForDesk(jobId, search as Search, queries);
  void queries.prefetchQuery(preferencesQuery);
}

function askForDesk(jobId: string, search: Search, queries: QueryClient): void {
  const { mode, page, size, sort, ...criteria } = validateLabelingSearch(search);
  if (page === undefined) {
    const { pageSize, thumbnailSize } = preferences();
    const limit = Number(size ?? pageSize);
    const asked = askForItems(jobId, filterOf(criteria), sort ?? USUAL_SORT, { limit });
    // A refusal is told to who shows the list.
    void asked.then(({ items }) => preloadFirstSight(items, thumbnailSize)).catch(() => undefined);
  }
  void queries.prefetchQuery(jobQuery(jobId));
  void queries.prefetchQuery(labelsQuery(jobId));
}
