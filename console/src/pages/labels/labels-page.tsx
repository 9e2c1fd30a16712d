/** Label Management: the labels of a job with counts, colors, keys and descriptions; renaming, merging, deleting. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Merge, Plus, Tags } from "lucide-react";
import { useMemo, useState } from "react";
import { type Job, jobQuery } from "@/api/jobs";
import { type LabelView, labelsQuery } from "@/api/labels";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import { isClosed, mayManage } from "@/app/job-rights";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchInput, Select } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { useTyped } from "@/ui/use-typed";
import { DeleteLabelDialog } from "./delete-label-dialog";
import { LabelDialog } from "./label-dialog";
import styles from "./labels.module.css";
import { LabelsTable } from "./labels-table";
import { MergeDialog } from "./merge-dialog";
import { type LabelsSearch, SORTS } from "./search";
import { keysById, shownLabels } from "./shown";
import { useFollowedLabels } from "./use-followed-labels";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/labels");

/** For whoever the stream of changes does not reach. */
const FRESH_MS = 30_000;

type Open =
  | { kind: "new" }
  | { kind: "modify"; label: LabelView }
  | { kind: "delete"; label: LabelView }
  | { kind: "merge"; labels: LabelView[] };

export function LabelsPage() {
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  if (!job.data) return <Fault error={job.error} retry={() => void job.refetch()} />;
  return <Labels job={job.data} />;
}

function Labels({ job }: { job: Job }) {
  const text = useText();
  useFollowedLabels(job.id);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<LabelsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const [open, setOpen] = useState<Open | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const labels = useQuery({ ...labelsQuery(job.id), refetchInterval: FRESH_MS });
  const sort = search.sort ?? "added";
  const [typed, setTyped] = useTyped(search.name ?? "", (name) => change({ name: name || undefined }));
  const shown = useMemo(() => shownLabels(labels.data ?? [], typed, sort), [labels.data, typed, sort]);
  const keys = useMemo(() => keysById(labels.data ?? []), [labels.data]);
  const selected = useMemo(() => (labels.data ?? []).filter((label) => chosen.has(label.id)), [labels.data, chosen]);
  const closed = isClosed(job);
  const mayChange = mayManage(job) && !closed;
  // Labelers may, too, unless the job forbids it, which only the gateway knows.
  const mayCreate = !closed && job.role !== null;
  const close = () => setOpen(null);
  const add = mayCreate ? (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setOpen({ kind: "new" })}>
      {text("labels.new")}
    </Button>
  ) : null;

  return (
    <div className={styles.whole}>
      <JobHeader job={job} actions={labels.data?.length === 0 ? null : add} />
      <div className={styles.page}>
        {closed ? <Notice>{text("labeling.closed")}</Notice> : null}
        <div className={styles.bar}>
          <SearchInput
            aria-label={text("labels.search")}
            placeholder={text("labels.search")}
            className={styles.search}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Select
            aria-label={text("labeling.sort")}
            className={styles.sort}
            value={sort}
            onChange={(next) => change({ sort: next === "added" ? undefined : next })}
            options={SORTS.map((each) => ({ value: each, label: text(`labelSet.sort.${each}`) }))}
          />
          <span className={styles.count} role="status">
            {labels.data ? text("labelSet.count", { shown: shown.length, all: labels.data.length }) : null}
          </span>
          {mayChange ? (
            <Button
              icon={<Merge aria-hidden />}
              disabled={selected.length < 2}
              onClick={() => setOpen({ kind: "merge", labels: selected })}
            >
              {text("labelSet.merge", { count: selected.length })}
            </Button>
          ) : null}
        </div>
        <Fault error={labels.error} retry={() => void labels.refetch()} />
        {shown.length > 0 ? (
          <LabelsTable
            labels={shown}
            keys={keys}
            chosen={chosen}
            onChoose={setChosen}
            mayChange={mayChange}
            onModify={(label) => setOpen({ kind: "modify", label })}
            onDelete={(label) => setOpen({ kind: "delete", label })}
          />
        ) : null}
        {labels.isSuccess && shown.length === 0 ? (
          <Empty
            icon={<Tags aria-hidden />}
            title={text(labels.data.length > 0 ? "labelSet.noMatch" : "labelSet.none")}
            actions={labels.data.length > 0 ? null : add}
          >
            {labels.data.length > 0 ? null : text("labelSet.noneAbout")}
          </Empty>
        ) : null}
      </div>
      {open?.kind === "new" ? <LabelDialog jobId={job.id} label={null} onClose={close} /> : null}
      {open?.kind === "modify" ? <LabelDialog jobId={job.id} label={open.label} onClose={close} /> : null}
      {open?.kind === "delete" ? <DeleteLabelDialog jobId={job.id} label={open.label} onClose={close} /> : null}
      {open?.kind === "merge" ? (
        <MergeDialog jobId={job.id} labels={open.labels} onMerged={() => setChosen(new Set())} onClose={close} />
      ) : null}
    </div>
  );
}
