/** How far a job is, at a glance: by status, day, label and annotator. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useIntl } from "react-intl";
import { readStatistics } from "@/api/items";
import { type Job, jobQuery } from "@/api/jobs";
import { labelsQuery } from "@/api/labels";
import { type AnnotatorProgress, type JobProgress, progressAsCsv, progressQuery } from "@/api/progress";
import { CsvButton } from "@/app/csv-button";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import { mayManage } from "@/app/job-rights";
import { useFollowedJob } from "@/app/use-followed-job";
import { useText } from "@/text/text";
import { Bars } from "./bars";
import { columnsOf, largest } from "./chart-data";
import { Days } from "./days";
import { Figure } from "./figure";
import { LeftOut } from "./left-out";
import styles from "./overview.module.css";
import { Status } from "./status";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/overview");

const SHOWN = 15;
const LISTED = 200;
const COUNTED_MS = 5_000;
const GATHERED_MS = 1_000;

export function OverviewPage() {
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  const progress = useQuery(progressQuery(jobId));
  useFollowedJob(jobId, [progressQuery(jobId).queryKey, ownLabelsKey(jobId)], { delay: () => GATHERED_MS });
  return (
    <>
      {job.data ? (
        <JobHeader
          job={job.data}
          actions={<CsvButton name={`progress-${job.data.name}`} read={() => progressAsCsv(jobId)} />}
        />
      ) : null}
      <div className={styles.page}>
        <Fault
          error={job.error ?? progress.error}
          retry={() => {
            void job.refetch();
            void progress.refetch();
          }}
        />
        {job.data && mayManage(job.data) ? <LeftOut jobId={jobId} /> : null}
        {job.data && progress.data ? <Charts job={job.data} progress={progress.data} /> : null}
      </div>
    </>
  );
}

function Charts({ job, progress }: { job: Job; progress: JobProgress }) {
  return (
    <>
      <Status jobId={job.id} progress={progress} />
      <ByDay progress={progress} />
      <div className={styles.pair}>
        <ByLabel jobId={job.id} progress={progress} />
        <ByAnnotator progress={progress} />
      </div>
    </>
  );
}

function ByDay({ progress }: { progress: JobProgress }) {
  const text = useText();
  const intl = useIntl();
  const columns = columnsOf(progress.days, new Date().toISOString().slice(0, 10));
  const rows = [...progress.days].sort((one, other) => (one.day < other.day ? 1 : -1));
  return (
    <Figure
      title={text("overview.byDay")}
      empty={text("overview.nothing")}
      columns={[text("overview.day"), text("overview.added"), text("overview.removed"), text("overview.reviewed")]}
      rows={rows.map((each) => ({
        key: each.day,
        name: each.day,
        values: [each.added, each.removed, each.reviewed].map((value) => intl.formatNumber(value)),
      }))}
    >
      <Days columns={columns} />
    </Figure>
  );
}

function ByLabel({ jobId, progress }: { jobId: string; progress: JobProgress }) {
  const text = useText();
  const intl = useIntl();
  const labels = useQuery(labelsQuery(jobId));
  const colors = useMemo(() => new Map(labels.data?.map((label) => [label.id, label.color])), [labels.data]);
  // Whoever sees only their own images is not told of everybody's labels, but can count their own.
  const isTold = progress.labels.length > 0;
  const own = useQuery({ ...ownLabelsQuery(jobId), enabled: !isTold });
  const counted = isTold ? progress.labels : (own.data ?? []);
  const { top, more } = largest(counted, (label) => label.count, SHOWN);
  const listed = largest(counted, (label) => label.count, LISTED);
  const nameOf = (label: { name: string | null; label_id: string }) => label.name ?? label.label_id;
  return (
    <Figure
      title={text("overview.byLabel")}
      empty={text("overview.noLabels")}
      columns={[text("labelSet.name"), text("labelSet.images")]}
      rows={listed.top.map((label) => ({
        key: label.label_id,
        name: <bdi>{nameOf(label)}</bdi>,
        values: [intl.formatNumber(label.count)],
      }))}
    >
      <Bars
        bars={top.map((label) => ({
          key: label.label_id,
          name: nameOf(label),
          count: label.count,
          color: colors.get(label.label_id),
        }))}
      >
        {more > 0 ? (
          <Link to="/jobs/$jobId/labels" params={{ jobId }} search={{ sort: "-count" }}>
            {text("overview.moreLabels", { count: more })}
          </Link>
        ) : null}
      </Bars>
    </Figure>
  );
}

const ownLabelsKey = (jobId: string) => ["jobs", jobId, "own labels"] as const;

function ownLabelsQuery(jobId: string) {
  return queryOptions({
    queryKey: ownLabelsKey(jobId),
    queryFn: async () => (await readStatistics(jobId, { status: "all" })).labels,
    refetchInterval: COUNTED_MS,
  });
}

function ByAnnotator({ progress }: { progress: JobProgress }) {
  const text = useText();
  const intl = useIntl();
  const { top, more } = largest(progress.annotators, (each) => each.added, SHOWN);
  const listed = largest(progress.annotators, (each) => each.added, LISTED);
  const keyOf = (each: AnnotatorProgress) => `${each.kind} ${each.id}`;
  const nameOf = (each: AnnotatorProgress) =>
    each.kind === "person" ? (each.name ?? each.id) : text(`item.actor.${each.kind}`);
  return (
    <Figure
      title={text("overview.byAnnotator")}
      empty={text("overview.nothing")}
      columns={[
        text("overview.annotator"),
        text("overview.added"),
        text("overview.removed"),
        text("overview.reviewed"),
      ]}
      rows={listed.top.map((each) => ({
        key: keyOf(each),
        name: nameOf(each),
        values: [each.added, each.removed, each.reviewed].map((value) => intl.formatNumber(value)),
      }))}
    >
      <Bars bars={top.map((each) => ({ key: keyOf(each), name: nameOf(each), count: each.added }))}>
        {more > 0 ? <p className={styles.empty}>{text("overview.moreAnnotators", { count: more })}</p> : null}
      </Bars>
    </Figure>
  );
}
