/** *Add data*: data source, import mode, import path and labeling status; a preview; then the import with its progress. */
import { useState } from "react";
import { type Import, startImport } from "@/api/imports";
import { faultAt } from "@/api/problems";
import { UploadFailed } from "@/api/samples";
import { forgetUploads, type Picked, type RefusedFile, uploadAll } from "@/api/uploads";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox, Field, Select, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { Progress } from "@/ui/progress";
import styles from "./data.module.css";
import { DropZone } from "./drop-zone";
import { ImportProgress } from "./import-progress";
import { bodyOf, FRESH, isComplete, MODES, modesOf, type Settings, SOURCES, STATUSES, statusOf } from "./settings";

interface Props {
  datasetId: string;
  /** What every key begins with; null if it is not known. */
  prefix: string | null;
  dropped?: readonly Picked[];
  onClose: () => void;
  /** Something was imported. */
  onChange: () => void;
}

export function AddData({ datasetId, prefix, dropped = [], onClose, onChange }: Props) {
  const text = useText();
  const [settings, setSettings] = useState<Settings>({ ...FRESH, files: dropped });
  const [sent, setSent] = useState<number | null>(null);
  const [record, setRecord] = useState<Import | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const change = (some: Partial<Settings>) => setSettings((before) => ({ ...before, ...some }));
  const running = record !== null && !record.dry_run;

  const run = async (dryRun: boolean) => {
    setFault(null);
    setBusy(true);
    try {
      if (settings.source === "uploads") setRefused(await uploadAll(datasetId, prefix, settings.files, setSent));
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
              <Button disabled={busy || !isComplete(settings)} onClick={() => void run(true)}>
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
      {running ? null : <SettingsFields settings={settings} onChange={change} error={fault} />}
      {sent !== null ? (
        <>
          <Progress done={sent} total={settings.files.length} label={text("data.sending")} />
          <p role="status">{text("data.sent", { done: sent, total: settings.files.length })}</p>
        </>
      ) : null}
      {refused.length > 0 ? (
        <Notice tone="warn" title={text("data.notSent", { count: refused.length })}>
          <ul className={styles.rejected}>
            {refused.map((each) => (
              <li key={each.path}>
                <span dir="auto">{each.path}</span>: {each.reason}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
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
      {fault instanceof UploadFailed ? (
        <Notice tone="danger">{text("data.refused", { file: fault.file })}</Notice>
      ) : (
        <Fault error={fault} />
      )}
    </Dialog>
  );
}

interface FieldsProps {
  settings: Settings;
  onChange: (some: Partial<Settings>) => void;
  error: unknown;
}

function SettingsFields({ settings, onChange, error }: FieldsProps) {
  const text = useText();
  const { source, mode } = settings;
  return (
    <>
      <div className={styles.pair}>
        <Field label={text("import.source")}>
          {(ids) => (
            <Select
              {...ids}
              value={source}
              onChange={(chosen) => onChange({ source: chosen, mode: modesOf(chosen).includes(mode) ? mode : "csv" })}
              options={SOURCES.map((each) => ({ value: each, label: text(`import.source.${each}`) }))}
            />
          )}
        </Field>
        <Field label={text("import.mode")} hint={text(`import.mode.${mode}.about`)} error={faultAt(error, "/mode")}>
          {(ids) => (
            <Select
              {...ids}
              value={mode}
              onChange={(chosen) => onChange({ mode: chosen })}
              options={MODES.filter((each) => modesOf(source).includes(each)).map((each) => ({
                value: each,
                label: text(`import.mode.${each}`),
              }))}
            />
          )}
        </Field>
      </div>
      {source === "uploads" ? (
        <DropZone files={settings.files} onFiles={(files) => onChange({ files })} />
      ) : (
        <Field
          label={text("import.path")}
          hint={text(source === "bucket" ? "import.path.bucket" : "import.path.manifest")}
          error={faultAt(error, "/source/bucket") ?? faultAt(error, "/source/prefix") ?? faultAt(error, "/source/key")}
        >
          {(ids) => (
            <TextInput {...ids} value={settings.path} onChange={(event) => onChange({ path: event.target.value })} />
          )}
        </Field>
      )}
      <Field label={text("import.status")}>
        {(ids) => (
          <Select
            {...ids}
            value={statusOf(settings)}
            onChange={(chosen) => onChange({ status: chosen })}
            options={STATUSES.map((each) => ({ value: each, label: text(`import.status.${each}`) }))}
          />
        )}
      </Field>
      <details className={styles.more}>
        <summary>{text("import.filters")}</summary>
        <Field
          label={text("import.include")}
          hint={text("import.labelsHint")}
          error={faultAt(error, "/include_labels")}
        >
          {(ids) => (
            <TextInput
              {...ids}
              value={settings.include}
              onChange={(event) => onChange({ include: event.target.value })}
            />
          )}
        </Field>
        <Field label={text("import.exclude")} error={faultAt(error, "/exclude_labels")}>
          {(ids) => (
            <TextInput
              {...ids}
              value={settings.exclude}
              onChange={(event) => onChange({ exclude: event.target.value })}
            />
          )}
        </Field>
        <Checkbox checked={settings.hardOnly} onChange={(event) => onChange({ hardOnly: event.target.checked })}>
          {text("import.hardOnly")}
        </Checkbox>
      </details>
    </>
  );
}
