/** The images of a dataset: choosing some, deleting them, and taking that back. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ImageOff, RefreshCw, SearchX, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { restoreSamples, samplesQuery } from "@/api/samples";
import { Fault, toastFault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { Deletion } from "@/pages/data/deletion";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchInput, Select } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { useTyped } from "@/ui/use-typed";
import styles from "./datasets.module.css";
import { SampleGrid } from "./sample-grid";
import { SamplePreview } from "./sample-preview";
import { SAMPLE_SORTS, type SampleSort } from "./search";

const route = getRouteApi("/signed-in/pages/datasets/$datasetId");

interface Props {
  datasetId: string;
  onChange: () => void;
  onSynchronize: () => void;
}

export function Samples({ datasetId, onChange, onSynchronize }: Props) {
  const text = useText();
  const { path, sort = "-added" } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useTyped(
    path ?? "",
    (sought) => void navigate({ search: (before) => ({ ...before, path: sought || undefined }), replace: true }),
  );
  const pages = useInfiniteQuery({ ...samplesQuery(datasetId, { sort, path }), placeholderData: keepPreviousData });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState<readonly string[] | null>(null);
  const [gone, setGone] = useState<readonly string[]>([]);
  const [restoring, setRestoring] = useState<string | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const samples = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const more = () => {
    if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
  };
  const restore = () =>
    restoreSamples(datasetId, gone).then(
      (begun) => setRestoring(begun.id),
      (error: unknown) => toastFault(error, text),
    );

  return (
    <section className={styles.samples} aria-label={text("datasets.images")}>
      <div className={styles.bar}>
        <SearchInput
          className={styles.search}
          aria-label={text("criterion.path")}
          placeholder={text("labeling.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select
          aria-label={text("labeling.sort")}
          className={styles.sort}
          value={sort}
          onChange={(chosenSort: SampleSort) =>
            void navigate({
              search: (before) => ({ ...before, sort: chosenSort === "-added" ? undefined : chosenSort }),
              replace: true,
            })
          }
          options={SAMPLE_SORTS.map((each) => ({ value: each, label: text(`labeling.sort.${each}`) }))}
        />
      </div>
      {chosen.size > 0 ? (
        <div className={styles.bar} role="status">
          <span>{text("selection.count", { count: chosen.size })}</span>
          <Button look="quiet" onClick={() => setChosen(new Set(samples.map((sample) => sample.id)))}>
            {text("datasets.chooseLoaded", { count: samples.length })}
          </Button>
          <Button look="quiet" onClick={() => setChosen(new Set())}>
            {text("selection.clear")}
          </Button>
          <Button icon={<Trash2 aria-hidden />} onClick={() => setDeleting([...chosen])}>
            {text("action.delete")}
          </Button>
        </div>
      ) : null}
      {gone.length > 0 && restoring === null ? (
        <Notice actions={<Button onClick={() => void restore()}>{text("datasets.restore")}</Button>}>
          {text("datasets.deleted", { count: gone.length })}
        </Notice>
      ) : null}
      {restoring ? (
        <OperationProgress
          id={restoring}
          onEnd={(ended) => {
            if (ended.state !== "succeeded") return;
            setRestoring(null);
            setGone([]);
            onChange();
          }}
        />
      ) : null}
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {samples.length > 0 ? (
        <SampleGrid
          datasetId={datasetId}
          samples={samples}
          chosen={chosen}
          onChoose={setChosen}
          onOpen={setShown}
          onEnd={more}
        />
      ) : null}
      {pages.isSuccess && samples.length === 0 && path ? (
        <Empty
          icon={<SearchX aria-hidden />}
          title={text("labeling.none.filtered")}
          actions={<Button onClick={() => setTyped("")}>{text("labeling.clearCriteria")}</Button>}
        />
      ) : null}
      {pages.isSuccess && samples.length === 0 && !path ? (
        <Empty
          icon={<ImageOff aria-hidden />}
          title={text("datasets.empty")}
          actions={
            <Button look="primary" icon={<RefreshCw aria-hidden />} onClick={onSynchronize}>
              {text("data.synchronize")}
            </Button>
          }
        >
          {text("datasets.emptyAbout")}
        </Empty>
      ) : null}
      {deleting ? (
        <Deletion
          datasetId={datasetId}
          ids={deleting}
          onClose={() => setDeleting(null)}
          onDeleted={(_, withSource) => {
            setGone(withSource ? [] : deleting);
            setChosen(new Set());
            setDeleting(null);
            onChange();
          }}
        />
      ) : null}
      {shown !== null && samples[shown] ? (
        <SamplePreview
          datasetId={datasetId}
          samples={samples}
          place={shown}
          onPlace={setShown}
          onClose={() => setShown(null)}
        />
      ) : null}
    </section>
  );
}
