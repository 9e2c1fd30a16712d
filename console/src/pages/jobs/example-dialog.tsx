/** *Use example images*: a dataset of digits, a job with the ten labels, and there is the labeling page. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { datasetsKey, makeExampleDataset, synchronizeDataset } from "@/api/datasets";
import { useCreateJob } from "@/api/jobs";
import type { Operation } from "@/api/operations";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

const LABELS = [..."0123456789"];

export function ExampleDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const createJob = useCreateJob();
  const [step, setStep] = useState<{ operation: string; datasetId: string | null } | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const begun = useRef(false);

  useEffect(() => {
    // Effects run twice while React checks them.
    if (begun.current) return;
    begun.current = true;
    makeExampleDataset()
      .then(({ id }) => setStep({ operation: id, datasetId: null }))
      .catch(setFault);
  }, []);

  const goOn = async (ended: Operation) => {
    if (step === null || ended.state !== "succeeded") return;
    if (step.datasetId === null) {
      const datasetId = String(ended.result?.dataset_id);
      setStep({ operation: (await synchronizeDataset(datasetId)).id, datasetId });
      return;
    }
    await queries.invalidateQueries({ queryKey: datasetsKey });
    const job = await createJob.mutateAsync({
      name: text("example.name"),
      dataset_id: step.datasetId,
      type: "image_classification",
      labels: LABELS.map((name) => ({ name, shortcut: name })),
    });
    await navigate({ to: "/jobs/$jobId", params: { jobId: job.id } });
  };

  return (
    <Dialog
      title={text("example.title")}
      about={text("example.about")}
      onClose={onClose}
      footer={<Button onClick={onClose}>{text("action.close")}</Button>}
    >
      {step ? (
        <>
          <p role="status">{text(step.datasetId ? "example.reading" : "example.putting")}</p>
          <OperationProgress
            key={step.operation}
            id={step.operation}
            onEnd={(ended) => void goOn(ended).catch(setFault)}
          />
        </>
      ) : null}
      <Fault error={fault} />
    </Dialog>
  );
}
