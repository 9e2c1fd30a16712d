/** Deleting images: what it touches, the choice to delete the source files, and the number typed to be sure. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import type { Operation } from "@/api/operations";
import { deleteSamples, touchedByDeletion } from "@/api/samples";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox, Field, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";

interface Props {
  datasetId: string;
  ids: readonly string[];
  onClose: () => void;
  /** Called when they are gone; with their source files deleted, too, they cannot be restored. */
  onDeleted: (operation: Operation, withSource: boolean) => void;
}

export function Deletion({ datasetId, ids, onClose, onDeleted }: Props) {
  const text = useText();
  const intl = useIntl();
  const [source, setSource] = useState(false);
  const [typed, setTyped] = useState("");
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const touched = useQuery({
    queryKey: ["datasets", datasetId, "deletion", ids, source],
    queryFn: () => touchedByDeletion(datasetId, ids, source),
    enabled: operation === null,
    gcTime: 0,
  });

  const start = async () => {
    setBusy(true);
    try {
      setOperation((await deleteSamples(datasetId, ids, source)).id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  const finish = (ended: Operation) => {
    if (ended.state === "succeeded") onDeleted(ended, source);
  };

  return (
    <Dialog
      title={text("delete.title", { count: ids.length })}
      onClose={onClose}
      onSubmit={() => void start()}
      footer={
        <>
          <Button onClick={onClose}>{text(operation ? "action.close" : "action.cancel")}</Button>
          {operation ? null : (
            <Button type="submit" look="danger" busy={busy} disabled={typed.trim() !== String(ids.length)}>
              {text("delete.yes")}
            </Button>
          )}
        </>
      }
    >
      {operation ? (
        <OperationProgress id={operation} onEnd={finish} />
      ) : (
        <>
          {touched.data ? (
            <p>{text("delete.touched", { samples: touched.data.samples, jobs: touched.data.jobs })}</p>
          ) : null}
          <Checkbox checked={source} onChange={(event) => setSource(event.target.checked)}>
            {text("delete.source")}
          </Checkbox>
          {source ? <Notice tone="warn">{text("delete.sourceWarning")}</Notice> : <p>{text("delete.kept")}</p>}
          <Field label={text("delete.type", { count: intl.formatNumber(ids.length, { useGrouping: false }) })}>
            {(field) => (
              <TextInput
                {...field}
                inputMode="numeric"
                autoComplete="off"
                autoFocus
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
