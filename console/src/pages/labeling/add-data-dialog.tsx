/** *Add data* and *View historical records* of the job's dataset. What is imported appears in the job by itself. */
import { useQuery } from "@tanstack/react-query";
import { datasetQuery } from "@/api/datasets";
import { AddData } from "@/pages/data/add-data";
import { DataHistory } from "@/pages/data/history";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

const FOLLOWING_MS = 2_000;

export function AddDataDialog() {
  const bench = useBench();
  const { job, close, present } = useDialogs();
  const dataset = useQuery({ ...datasetQuery(job.dataset_id), retry: false });
  const reload = () => {
    void bench.loader.reload();
    bench.counting.refresh();
  };
  if (dataset.isPending) return null;
  return (
    <AddData
      datasetId={job.dataset_id}
      source={dataset.data?.source ?? null}
      dropped={present?.kind === "add-data" ? present.dropped : undefined}
      onClose={close}
      onChange={() => {
        reload();
        setTimeout(reload, FOLLOWING_MS);
      }}
    />
  );
}

export function DataHistoryDialog() {
  const { job, close } = useDialogs();
  return <DataHistory datasetId={job.dataset_id} onClose={close} />;
}
