import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Dataset, datasetDeletionQuery, datasetsKey, deleteDataset } from "@/api/datasets";
import type { Operation } from "@/api/operations";
import { isTyped, ToBeTyped } from "@/app/confirm-dialog";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";

/** Jobs lose their images with the dataset, so its name is typed to be sure. */
export function DeleteDatasetDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const touched = useQuery({ ...datasetDeletionQuery(dataset.id), enabled: operation === null });

  const start = () => {
    setFault(null);
    deleteDataset(dataset.id).then((begun) => setOperation(begun.id), setFault);
  };
  const finish = async (ended: Operation) => {
    if (ended.state !== "succeeded") return;
    await navigate({ to: "/datasets" });
    queries.removeQueries({ queryKey: [...datasetsKey, dataset.id] });
    await queries.invalidateQueries({ queryKey: datasetsKey });
  };

  return (
    <WorkDialog
      title={text("jobs.delete.title", { name: dataset.name })}
      start={text("action.delete")}
      look="danger"
      ready={touched.data !== undefined && isTyped(typed, dataset.name)}
      error={fault ?? touched.error}
      operation={operation}
      onStart={start}
      onEnd={(ended) => void finish(ended)}
      onClose={onClose}
    >
      {touched.data ? (
        <p>{text("datasets.deleteTouches", { samples: touched.data.samples, jobs: touched.data.jobs })}</p>
      ) : null}
      <ToBeTyped label={text("datasets.typeName", { name: dataset.name })} value={typed} onChange={setTyped} />
    </WorkDialog>
  );
}
