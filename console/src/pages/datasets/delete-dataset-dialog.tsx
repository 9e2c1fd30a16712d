import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Dataset, datasetDeletionQuery, datasetsKey, deleteDataset } from "@/api/datasets";
import type { Operation } from "@/api/operations";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, TextInput } from "@/ui/field";

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
    <Dialog
      title={text("jobs.delete.title", { name: dataset.name })}
      onClose={onClose}
      onSubmit={start}
      footer={
        <>
          <Button onClick={onClose}>{text(operation ? "action.close" : "action.cancel")}</Button>
          {operation ? null : (
            <Button type="submit" look="danger" disabled={!touched.data || typed.trim() !== dataset.name.trim()}>
              {text("action.delete")}
            </Button>
          )}
        </>
      }
    >
      {operation ? (
        <OperationProgress id={operation} onEnd={(ended) => void finish(ended)} />
      ) : (
        <>
          {touched.data ? (
            <p>{text("datasets.deleteTouches", { samples: touched.data.samples, jobs: touched.data.jobs })}</p>
          ) : null}
          <Field label={text("datasets.typeName", { name: dataset.name })}>
            {(ids) => (
              <TextInput
                {...ids}
                autoFocus
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <Fault error={fault ?? touched.error} />
    </Dialog>
  );
}
