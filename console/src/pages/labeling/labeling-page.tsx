/** The labeling page: opens the workbench for a job, and keeps what is shown in the address. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { type Job, jobQuery } from "@/api/jobs";
import { labelsKey, labelsQuery } from "@/api/labels";
import { Fault, toastFault } from "@/app/fault";
import { usePreferences } from "@/app/preferences";
import { useMe, useSession } from "@/app/session";
import { useTitle } from "@/app/title";
import { USUAL_SORT } from "@/labeling/filters";
import { useText } from "@/text/text";
import { toast } from "@/ui/toast";
import { BenchContext } from "./bench-context";
import { Desk } from "./desk";
import styles from "./labeling.module.css";
import { filterOf, type LabelingSearch } from "./search";
import { sentBackTo } from "./workbench/returned";
import type { View } from "./workbench/state";
import { Workbench } from "./workbench/workbench";

const route = getRouteApi("/signed-in/jobs/$jobId");

export function LabelingPage() {
  const text = useText();
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  const bench = useWorkbench(jobId, job.data);
  useTitle(job.data?.name);
  const labels = useQuery(labelsQuery(jobId));

  useEffect(() => {
    if (bench && labels.data) bench.setLabels(labels.data);
  }, [bench, labels.data]);

  if (job.isError) {
    return (
      <main className={styles.fault}>
        <Fault error={job.error} retry={() => void job.refetch()}>
          <br />
          <Link to="/">{text("notFound.back")}</Link>
        </Fault>
      </main>
    );
  }
  if (!bench || !job.data) return null;
  return (
    <BenchContext value={bench}>
      <Desk job={job.data} />
    </BenchContext>
  );
}

/** The workbench of a job, as long as the page is open. It follows the address. */
function useWorkbench(jobId: string, job: Job | undefined): Workbench | null {
  const text = useText();
  const me = useMe();
  const { resumed } = useSession();
  const queries = useQueryClient();
  const search = route.useSearch();
  const { view, page, mode } = useView(search);
  const [bench, setBench] = useState<Workbench | null>(null);
  const sentBack = job?.is_team ? sentBackTo(me.id, job) : null;
  const first = useRef({ view, page, mode, text, sentBack });
  first.current = { view, page, mode, text, sentBack };

  useEffect(() => {
    const now = first.current;
    const opened = new Workbench(jobId, me.id, now.view, now.page, now.mode, {
      onFault: (error) => toastFault(error, first.current.text),
      onNotKept: () => toast(first.current.text("labeling.notKept"), "danger"),
      onNotReviewed: (images) => toast(first.current.text("review.notDone", { images }), "danger"),
      onUndone: (left) => toast(first.current.text(left > 0 ? "undo.partly" : "undo.done", { left })),
      onLabels: () => void queries.invalidateQueries({ queryKey: labelsKey(jobId) }),
    });
    opened.open();
    setBench(opened);
    return () => opened.close();
  }, [jobId, me.id, queries]);

  useEffect(() => {
    void bench?.show(view, page);
  }, [bench, view, page]);

  const isThere = job !== undefined;
  useEffect(() => {
    if (isThere) bench?.enter(mode, first.current.sentBack);
  }, [bench, mode, isThere]);

  useEffect(() => {
    if (resumed > 0) bench?.goOn();
  }, [bench, resumed]);

  return bench;
}

function useView(search: LabelingSearch) {
  const { pageSize } = usePreferences();
  const { mode, page, size = String(pageSize), sort, ...criteria } = search;
  const key = JSON.stringify([criteria, sort, size]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key has all of them, and is equal when they are
  const view = useMemo<View>(() => ({ filter: filterOf(search), sort: sort ?? USUAL_SORT, size: Number(size) }), [key]);
  return { view, page: Number(page ?? 1) - 1, mode: mode ?? "grid" };
}
