/** A new label, or another name, color, key or description of one. */
import { useState } from "react";
import { type LabelView, useChangeLabel, useCreateLabel } from "@/api/labels";
import { faultAt } from "@/api/problems";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Checkbox, Field, TextArea, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import styles from "./labels.module.css";
import { changesOf } from "./shown";

const FIRST_COLOR = "#3b5bdb";

interface Props {
  jobId: string;
  label: LabelView | null;
  onClose: () => void;
}

export function LabelDialog({ jobId, label, onClose }: Props) {
  const text = useText();
  const creation = useCreateLabel(jobId);
  const modification = useChangeLabel(jobId);
  const [name, setName] = useState(label?.name ?? "");
  const [color, setColor] = useState<string | null>(label?.color ?? null);
  const [shortcut, setShortcut] = useState(label?.shortcut ?? "");
  const [description, setDescription] = useState(label?.description ?? "");
  const error = creation.error ?? modification.error;
  const written = name.trim().normalize("NFC");
  const isRenamed = label !== null && written !== label.name;

  const save = () => {
    if (label === null) {
      const body = { name: written, color, shortcut: shortcut || null, description };
      creation.mutate(body, { onSuccess: onClose });
      return;
    }
    const change = changesOf(label, { name: written, color: color ?? label.color, shortcut, description });
    if (Object.keys(change).length === 0) onClose();
    else modification.mutate({ label, change }, { onSuccess: onClose });
  };

  return (
    <FormDialog
      title={text(label === null ? "labels.new" : "labelSet.modifyTitle")}
      submit={text(label === null ? "action.create" : "action.ok")}
      ready={written !== ""}
      busy={creation.isPending || modification.isPending}
      error={error}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label={text("labelSet.name")} hint={text("labelSet.nameHint")} error={faultAt(error, "/name")}>
        {(ids) => (
          <TextInput {...ids} dir="auto" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {isRenamed ? <Notice>{text("labelSet.renames", { count: label.count })}</Notice> : null}
      {label === null ? (
        <Checkbox checked={color === null} onChange={(event) => setColor(event.target.checked ? null : FIRST_COLOR)}>
          {text("labelSet.colorItself")}
        </Checkbox>
      ) : null}
      {color === null ? null : (
        <Field label={text("labelSet.color")} error={faultAt(error, "/color")}>
          {(ids) => (
            <span className={styles.color}>
              <input type="color" {...ids} value={color} onChange={(event) => setColor(event.target.value)} />
              <code>{color}</code>
            </span>
          )}
        </Field>
      )}
      <Field label={text("labelSet.key")} hint={text("labelSet.keyHint")} error={faultAt(error, "/shortcut")}>
        {(ids) => (
          <TextInput
            {...ids}
            className={styles.key}
            autoComplete="off"
            value={shortcut}
            onChange={(event) => setShortcut([...event.target.value.trim()].slice(-1).join(""))}
          />
        )}
      </Field>
      <Field label={text("labelSet.description")} error={faultAt(error, "/description")}>
        {(ids) => (
          <TextArea
            {...ids}
            dir="auto"
            maxLength={1024}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
