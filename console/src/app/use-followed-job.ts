/** Follows a job while a page shows it: what others do there is read anew a moment later, many changes at once. */
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type FeedEntry, followJob } from "@/api/feed";
import { gathered } from "./gathered";

interface Options {
  /** How long changes are gathered, in milliseconds. */
  delay: () => number;
  onEntries?: (entries: readonly FeedEntry[]) => void;
}

/** `keys`: what is read anew, each alone without what is below it. */
export function useFollowedJob(jobId: string, keys: readonly QueryKey[], options: Options): void {
  const queries = useQueryClient();
  const latest = useRef({ keys, options });
  latest.current = { keys, options };
  useEffect(() => {
    const refresh = () => {
      for (const queryKey of latest.current.keys) void queries.invalidateQueries({ queryKey, exact: true });
    };
    const news = gathered(refresh, () => latest.current.options.delay());
    const leave = followJob(jobId, {
      onEntries: (entries) => {
        latest.current.options.onEntries?.(entries);
        news.tell();
      },
      onConnection: () => undefined,
      onGap: news.tell,
    });
    return () => {
      leave();
      news.stop();
    };
  }, [jobId, queries]);
}
