/** *Add data*: data source, import mode, import path and labeling status; a preview; then the import with its progress. */
import { useState } from "react";
import type { Dataset } from "@/api/datasets";
import { type Import, startImport } from "@/api/imports";
import { forgetUploads } from "@/api/remembered-uploads";
import { StoreNotAllowed, UploadFailed } from "@/api/samples";
import { type RefusedFile, uploadAll } from "@/api/uploads";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Progress } from "@/ui/progress";
import { FilesPreview } from "./files-preview";
import { ImportProgress } from "./import-progress";
import { NotSent } from "./not-sent";
import { type Chosen, NOTHING_CHOSEN } from "./picking";
import { bodyOf, FRESH, isComplete, type Settings } from "./settings";
import { SettingsFields } from "./settings-fields";

interface Props {
  datasetId: string;
  /** Where the dataset lies; null if it is not known. */
  source: Dataset["source"] | null;
  dropped?: Chosen | undefined;
  onClose: () => void;
  /** Something was imported. */
  onChange: () => void;
}

export function AddData({ datasetId, source, dropped = NOTHING_CHOSEN, onClose, onChange }: Props) {
  const text = useText();
  const [settings, setSettings] = useState<Settings>({ ...FRESH, chosen: dropped });
  const [sent, setSent] = useState<number | null>(null);
  const [record, setRecord] = useState<Import | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const [previewed, setPreviewed] = useState(false);
  const { files, unfit } = settings.chosen;
  const fromHere = settings.source === "uploads";
  const notSent = fromHere
    ? [...unfit.map(({ path, why }) => ({ path, reason: text(`data.why.${why}`) })), ...refused]
    : [];
  const change = (some: Partial<Settings>) => {
    setPreviewed(false);
    if (some.chosen) setRefused([]);
    setSettings((before) => ({ ...before, ...some }));
  };
  const running = record !== null && !record.dry_run;

  const preview = () => {
    // Of files that were sent the dataset would make images, imported or not: so nothing is sent.
    if (fromHere) setPreviewed(true);
    else void run(true);
  };
  const run = async (dryRun: boolean) => {
    setFault(null);
    setPreviewed(false);
    setBusy(true);
    try {
      if (fromHere) setRefused(await uploadAll(datasetId, source?.prefix ?? null, files, setSent));
      setRecord(await startImport(datasetId, bodyOf(settings), dryRun));
    } catch (error) {
      setFault(error);
    }
    setSent(null);
    setBusy(false);
  };

  return (
    <Dialog
      title={text("data.add")}
      size="medium"
      onClose={onClose}
      onSubmit={() => void run(false)}
      footer={
        <>
          <Button onClick={onClose}>{text(running ? "action.close" : "action.cancel")}</Button>
          {running ? null : (
            <>
              <Button disabled={busy || !isComplete(settings)} onClick={preview}>
                {text("import.preview")}
              </Button>
              <Button type="submit" look="primary" disabled={!isComplete(settings)} busy={busy}>
                {text("action.ok")}
              </Button>
            </>
          )}
        </>
      }
    >
      {running ? null : (
        <SettingsFields settings={settings} own={source?.source_id ?? null} onChange={change} error={fault} />
      )}
      {sent !== null ? (
        <>
          <Progress done={sent} total={files.length} label={text("data.sending")} />
          <p role="status">{text("data.sent", { done: sent, total: files.length })}</p>
        </>
      ) : null}
      {previewed ? <FilesPreview datasetId={datasetId} files={files} /> : null}
      <NotSent files={notSent} />
      {record ? (
        <ImportProgress
          key={record.id}
          datasetId={datasetId}
          importId={record.id}
          onEnd={(ended) => {
            if (ended.dry_run) return;
            forgetUploads(datasetId);
            onChange();
          }}
        />
      ) : null}
      <SendingFault error={fault} datasetId={datasetId} />
    </Dialog>
  );
}

function SendingFault({ error, datasetId }: { error: unknown; datasetId: string }) {
  const text = useText();
  if (error instanceof UploadFailed) return <Notice tone="danger">{text("data.refused", { file: error.file })}</Notice>;
  if (!(error instanceof StoreNotAllowed)) return <Fault error={error} />;
  return (
    <Notice tone="danger">
      {text("data.notAllowed", { store: error.origin })} <code>{`labelstream import DIR --dataset ${datasetId}`}</code>
    </Notice>
  );
}
