/** Keeping one of several images: what goes, and whether its labels are carried over. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mergeDuplicates, touchedByMerge } from "@/api/inspection";
import type { Operation } from "@/api/operations";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Checkbox } from "@/ui/field";

export interface Merging {
  keep: string;
  remove: readonly string[];
}

interface Props {
  datasetId: string;
  merging: Merging;
  onClose: () => void;
  onMerged: () => void;
}

export function MergeDialog({ datasetId, merging, onClose, onMerged }: Props) {
  const text = useText();
  const [carryLabels, setCarryLabels] = useState(true);
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const touched = useQuery({
    queryKey: ["datasets", datasetId, "merge", merging],
    queryFn: () => touchedByMerge(datasetId, { ...merging, carryLabels: false }),
    enabled: operation === null,
    gcTime: 0,
  });

  const start = async () => {
    setBusy(true);
    try {
      setOperation((await mergeDuplicates(datasetId, { ...merging, carryLabels })).id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  return (
    <WorkDialog
      title={text("inspection.deleteOthers", { count: merging.remove.length })}
      start={text("delete.yes")}
      look="danger"
      busy={busy}
      error={fault ?? touched.error}
      operation={operation}
      onStart={() => void start()}
      onEnd={(ended: Operation) => {
        if (ended.state === "succeeded") onMerged();
      }}
      onClose={onClose}
    >
      {touched.data ? (
        <p>{text("delete.touched", { samples: touched.data.samples, jobs: touched.data.jobs })}</p>
      ) : null}
      <Checkbox checked={carryLabels} onChange={(event) => setCarryLabels(event.target.checked)}>
        {text("inspection.carryLabels")}
      </Checkbox>
      <p>{text("delete.kept")}</p>
    </WorkDialog>
  );
}
