/** A new dataset on a bucket, or another name and description of one. The source of a dataset stays what it is. */
import { useState } from "react";
import { type Dataset, synchronizeDataset, useChangeDataset, useCreateDataset } from "@/api/datasets";
import { faultAt } from "@/api/problems";
import { OWN_STORE } from "@/api/sources";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Checkbox, Field, TextArea, TextInput } from "@/ui/field";
import styles from "./datasets.module.css";
import { SourceSelect } from "./source-select";

interface Props {
  dataset: Dataset | null;
  onClose: () => void;
  /** With the synchronization that brings its first images. */
  onCreated?: (dataset: Dataset, operation: string) => void;
}

export function DatasetDialog({ dataset, onClose, onCreated }: Props) {
  const text = useText();
  const creation = useCreateDataset();
  const modification = useChangeDataset();
  const [made, setMade] = useState<Dataset | null>(null);
  const [name, setName] = useState(dataset?.name ?? "");
  const [sourceId, setSourceId] = useState(OWN_STORE);
  const [bucket, setBucket] = useState("");
  const [prefix, setPrefix] = useState("");
  const [description, setDescription] = useState(dataset?.description ?? "");
  const [labeling, setLabeling] = useState(dataset?.labeling_description ?? "");
  const [autoSync, setAutoSync] = useState(dataset?.auto_sync ?? true);
  const [fault, setFault] = useState<unknown>(null);
  const error = creation.error ?? modification.error ?? fault;
  const texts = { name: name.trim(), description, labeling_description: labeling, auto_sync: autoSync };

  const create = async () => {
    setFault(null);
    const source = { bucket: bucket.trim(), prefix, source_id: sourceId };
    const created = made ?? (await creation.mutateAsync({ ...texts, source }));
    setMade(created);
    const { id } = await synchronizeDataset(created.id);
    onCreated?.(created, id);
  };
  const save = () => {
    if (dataset === null) void create().catch(setFault);
    else modification.mutate({ dataset, changes: texts }, { onSuccess: onClose });
  };

  return (
    <FormDialog
      title={text(dataset === null ? "datasets.create" : "datasets.edit")}
      size="medium"
      submit={text(dataset === null ? "action.create" : "action.save")}
      ready={name.trim() !== "" && (dataset !== null || bucket.trim() !== "")}
      busy={creation.isPending || modification.isPending}
      error={error}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label={text("jobs.name")} error={faultAt(error, "/name")}>
        {(ids) => <TextInput {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {dataset === null ? <SourceSelect value={sourceId} onChange={setSourceId} /> : null}
      {dataset === null ? (
        <div className={styles.source}>
          <Field label={text("datasets.bucket")} error={faultAt(error, "/source/bucket")}>
            {(ids) => <TextInput {...ids} value={bucket} onChange={(event) => setBucket(event.target.value)} />}
          </Field>
          <Field
            label={text("datasets.prefix")}
            hint={text("datasets.prefixHint")}
            error={faultAt(error, "/source/prefix")}
          >
            {(ids) => <TextInput {...ids} value={prefix} onChange={(event) => setPrefix(event.target.value)} />}
          </Field>
        </div>
      ) : null}
      <Field label={text("datasets.description")} error={faultAt(error, "/description")}>
        {(ids) => (
          <TextInput {...ids} dir="auto" value={description} onChange={(event) => setDescription(event.target.value)} />
        )}
      </Field>
      <Field
        label={text("labeling.description")}
        hint={text("datasets.labelingHint")}
        error={faultAt(error, "/labeling_description")}
      >
        {(ids) => (
          <TextArea
            {...ids}
            rows={8}
            dir="auto"
            value={labeling}
            onChange={(event) => setLabeling(event.target.value)}
          />
        )}
      </Field>
      <Checkbox checked={autoSync} onChange={(event) => setAutoSync(event.target.checked)}>
        {text("datasets.autoSync")}
      </Checkbox>
    </FormDialog>
  );
}
