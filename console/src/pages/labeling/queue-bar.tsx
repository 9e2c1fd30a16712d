/** *My queue*: how many images one holds, until when, and how many more wait. Above it: images that a review rejected. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useIntl } from "react-intl";
import { readStatistics } from "@/api/items";
import type { Job } from "@/api/jobs";
import { isClosed, mayReview } from "@/app/job-rights";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { targetsOf, useBench, useBenchState } from "./bench-context";
import styles from "./review.module.css";
import { type OwnQueue, useQueue } from "./use-queue";
import { sentBackTo } from "./workbench/returned";

const route = getRouteApi("/signed-in/jobs/$jobId");

const DEALT_MS = 10_000;

/** Dealing images out sends no event, because it changes no labels. So the page refreshes its counts itself. */
function useDealing(job: Job): void {
  const bench = useBench();
  const isDealt = job.team?.assignment === "even" && job.role === "labeler" && !isClosed(job);
  useEffect(() => {
    if (!isDealt) return;
    const timer = setInterval(bench.counting.refresh, DEALT_MS);
    return () => clearInterval(timer);
  }, [bench, isDealt]);
}

export function QueueBar({ job }: { job: Job }) {
  const own = useQueue(job);
  useDealing(job);
  return (
    <>
      {own ? <Held own={own} /> : <ToMyQueue job={job} />}
      {job.is_team ? <Returned job={job} /> : null}
    </>
  );
}

function Held({ own }: { own: OwnQueue }) {
  const text = useText();
  const intl = useIntl();
  const { place } = useBench();
  const selected = useBenchState((state) => state.selection.ids.size);
  const { queue, held, release } = own;
  if (queue === null) return null;
  const unlabeled = () => {
    const { paging, board } = place.get();
    return paging.buffer.filter((id) => board.shown.get(id)?.status === "unlabeled");
  };
  return (
    <section className={styles.queue} aria-label={text("queue.title")}>
      <strong>{text("queue.held", { held })}</strong>
      {queue.until && held > 0 ? (
        <span>{text("queue.until", { time: intl.formatTime(queue.until, { timeStyle: "short" }) })}</span>
      ) : null}
      <span>{text("queue.remaining", { remaining: queue.remaining })}</span>
      <Button look="quiet" disabled={selected === 0} onClick={() => void release(targetsOf(place.get()), true)}>
        {text("queue.skip")}
      </Button>
      <Button look="quiet" disabled={held === 0} onClick={() => void release(unlabeled(), false)}>
        {text("queue.giveBack")}
      </Button>
    </section>
  );
}

/** People who see the whole job can also label from the queue. */
function ToMyQueue({ job }: { job: Job }) {
  const text = useText();
  const assignee = useBenchState((state) => state.view.filter.assignee);
  if (job.team?.assignment !== "queue" || isClosed(job) || !mayReview(job) || assignee) return null;
  return (
    <section className={styles.queue} aria-label={text("queue.title")}>
      <Link to="/jobs/$jobId" params={{ jobId: job.id }} search={{ assignee: "me" }}>
        {text("queue.mine")}
      </Link>
      <span>{text("queue.mineAbout")}</span>
    </section>
  );
}

/** Rejected images go back to whoever labeled them or, when they have left, to whose they are now: they see them first. */
function Returned({ job }: { job: Job }) {
  const text = useText();
  const me = useMe();
  const { jobId } = useBench();
  const navigate = route.useNavigate();
  const statistics = useBenchState((state) => state.statistics);
  const filter = useBenchState((state) => state.view.filter);
  const wanted = sentBackTo(me.id, job);
  const { data: returned, refetch } = useQuery({
    queryKey: ["jobs", jobId, "returned", wanted],
    queryFn: () => readStatistics(jobId, wanted),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted again whenever the page's counts are
  useEffect(() => {
    void refetch();
  }, [statistics, refetch]);
  if (!returned || returned.total === 0 || filter.review === "rejected") return null;
  return (
    <div className={styles.returned}>
      <Notice
        tone="warn"
        title={text("review.returned", { images: returned.total })}
        actions={<Button onClick={() => void navigate({ search: wanted })}>{text("review.showReturned")}</Button>}
      >
        {text("review.returnedAbout")}
      </Notice>
    </div>
  );
}
