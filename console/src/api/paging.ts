/** Lists that are read page by page, with *Show more*. */
import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";
import type { Page } from "./client";

/** `read` gets the cursor as a part of the query: none for the first page. */
export function pagesQuery<T>(queryKey: QueryKey, read: (at: { cursor?: string }) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam ? { cursor: pageParam } : {}),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
