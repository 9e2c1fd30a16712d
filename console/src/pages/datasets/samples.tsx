/** The images of a dataset: choosing some, deleting them, and taking that back. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ImageOff, RefreshCw, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { restoreSamples, samplesQuery } from "@/api/samples";
import { Fault, toastFault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { Deletion } from "@/pages/data/deletion";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Notice } from "@/ui/notice";
import styles from "./datasets.module.css";
import { SampleGrid } from "./sample-grid";
import { SamplePreview } from "./sample-preview";

interface Props {
  datasetId: string;
  onChange: () => void;
  onSynchronize: () => void;
}

export function Samples({ datasetId, onChange, onSynchronize }: Props) {
  const text = useText();
  const pages = useInfiniteQuery(samplesQuery(datasetId));
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
      {pages.isSuccess && samples.length === 0 ? (
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
