/** Deleting the selected images, or all that match. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { idsMatching } from "@/api/items";
import { Fault } from "@/app/fault";
import { Deletion } from "@/pages/data/deletion";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Progress } from "@/ui/progress";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

/** As many as one deletion may name. */
const MOST = 10_000;

export function DeleteDialog() {
  const bench = useBench();
  // The images to delete are chosen now. What is shown later does not change them.
  const [{ matching, selection, view }] = useState(() => bench.place.get());
  return matching ? <AllMatching filter={view.filter} /> : <Chosen ids={[...selection.ids]} />;
}

function AllMatching({ filter }: { filter: Parameters<typeof idsMatching>[1] }) {
  const text = useText();
  const { jobId } = useBench();
  const { close } = useDialogs();
  const { data: ids, error } = useQuery({
    queryKey: ["jobs", jobId, "ids", filter],
    queryFn: () => idsMatching(jobId, filter, MOST),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (ids) return <Chosen ids={ids} />;
  return (
    <Dialog
      title={text("delete.matching")}
      onClose={close}
      footer={<Button onClick={close}>{text("action.cancel")}</Button>}
    >
      {ids === undefined && !error ? <Progress done={null} total={1} label={text("delete.collecting")} /> : null}
      {ids === null ? <Notice tone="warn">{text("delete.tooMany", { most: MOST })}</Notice> : null}
      <Fault error={error} />
    </Dialog>
  );
}

function Chosen({ ids }: { ids: readonly string[] }) {
  const bench = useBench();
  const { job, close } = useDialogs();
  return (
    <Deletion
      datasetId={job.dataset_id}
      ids={ids}
      onClose={close}
      onStarted={(operation, withSource) =>
        void bench.followDeletion(operation, ids, withSource ? null : job.dataset_id)
      }
      onDeleted={close}
    />
  );
}
