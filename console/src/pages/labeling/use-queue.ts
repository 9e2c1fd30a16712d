/** Takes images from the job's queue while one works on them, and renews the lease. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Statistics } from "@/api/items";
import type { Job } from "@/api/jobs";
import { giveBack, takeNext } from "@/api/queue";
import { toastFault } from "@/app/fault";
import { isClosed } from "@/app/job-rights";
import { type Queue, TAKEN_AT_ONCE, wantsMore, wantsRenewal } from "@/labeling/queue";
import { useText } from "@/text/text";
import { useBench, useBenchState } from "./bench-context";

const LOOKED_MS = 30_000;

export interface OwnQueue {
  queue: Queue | null;
  held: number;
  release: (ids: readonly string[], skip: boolean) => Promise<void>;
}

/** Null where the job has no queue, or what is shown is not one's own. */
export function useQueue(job: Job): OwnQueue | null {
  const bench = useBench();
  const text = useText();
  const [queue, setQueue] = useState<Queue | null>(null);
  const [failed, setFailed] = useState(false);
  const taking = useRef(false);
  // What is held is known anew when the counts are: until then the last answer must not be acted on again.
  const counted = useRef<Statistics | null>(null);
  const statistics = useBenchState((state) => state.statistics);
  const filter = useBenchState((state) => state.view.filter);
  const isMine =
    job.team?.assignment === "queue" && !isClosed(job) && (job.role === "labeler" || filter.assignee === "me");
  const held = statistics?.unlabeled ?? 0;

  const take = useCallback(async () => {
    if (taking.current) return;
    taking.current = true;
    try {
      const taken = await takeNext(bench.jobId, TAKEN_AT_ONCE);
      setQueue({ remaining: taken.remaining, until: taken.lease_expires_at ?? null });
      setFailed(false);
      // Images that were held before are shown already.
      const { shown } = bench.place.get().board;
      if (taken.items.some((item) => !shown.has(item.sample_id))) await bench.loader.come();
      bench.counting.refresh();
    } catch (error) {
      setFailed(true);
      toastFault(error, text);
    }
    counted.current = bench.place.get().statistics;
    taking.current = false;
  }, [bench, text]);

  useEffect(() => {
    const isStale = queue !== null && statistics === counted.current;
    if (isMine && statistics !== null && !isStale && !failed && wantsMore(queue, held)) void take();
  }, [isMine, statistics, failed, queue, held, take]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (isMine && (failed || wantsRenewal(queue, held, Date.now()))) void take();
    }, LOOKED_MS);
    return () => clearInterval(timer);
  }, [isMine, failed, queue, held, take]);

  const release = useCallback(
    async (ids: readonly string[], skip: boolean) => {
      try {
        await giveBack(bench.jobId, ids, skip);
        bench.handedOver(ids);
        setQueue(null);
      } catch (error) {
        toastFault(error, text);
      }
    },
    [bench, text],
  );
  return isMine ? { queue, held, release } : null;
}
