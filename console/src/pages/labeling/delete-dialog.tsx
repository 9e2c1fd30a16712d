/** Deleting the selected images. */
import { useState } from "react";
import { Deletion } from "@/pages/data/deletion";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

export function DeleteDialog() {
  const bench = useBench();
  const { job, close } = useDialogs();
  const [ids] = useState(() => [...bench.place.get().selection.ids]);
  return (
    <Deletion
      datasetId={job.dataset_id}
      ids={ids}
      onClose={close}
      onDeleted={(operation, withSource) => {
        bench.removed(ids, withSource ? null : job.dataset_id, operation.id);
        close();
      }}
    />
  );
}
