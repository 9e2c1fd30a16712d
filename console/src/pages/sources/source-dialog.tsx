/** Adding an object store, and changing its address, key or buckets. The secret is written and never shown. */
import { useState } from "react";
import { Problem } from "@/api/problems";
import { OWN_STORE, type Source, type SourceChanges, useChangeSource, useCreateSource } from "@/api/sources";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Field, TextArea, TextInput } from "@/ui/field";
import { bucketsOf, bucketsText } from "./buckets";
import styles from "./sources.module.css";

interface Fields {
  name: string;
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
  buckets: string;
}

const NOTHING: Fields = { name: "", endpoint: "", region: "us-east-1", accessKey: "", secretKey: "", buckets: "" };

interface FieldsProps {
  fields: Fields;
  onChange: (fields: Fields) => void;
  error: unknown;
  own: boolean;
  kept: boolean;
}

function SourceFields({ fields, onChange, error, own, kept }: FieldsProps) {
  const text = useText();
  const input = (field: keyof Fields, more = {}) => ({
    value: fields[field],
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange({ ...fields, [field]: event.target.value }),
    ...more,
  });
  return (
    <>
      <Field label={text("jobs.name")} error={below(error, "/name")}>
        {(ids) => <TextInput {...ids} autoFocus required dir="auto" {...input("name")} />}
      </Field>
      {own ? null : (
        <>
          <div className={styles.two}>
            <Field label={text("sources.endpoint")} error={below(error, "/endpoint")}>
              {(ids) => <TextInput {...ids} required placeholder="https://s3.example.com" {...input("endpoint")} />}
            </Field>
            <Field label={text("sources.region")} error={below(error, "/region")}>
              {(ids) => <TextInput {...ids} required {...input("region")} />}
            </Field>
          </div>
          <div className={styles.two}>
            <Field label={text("sources.accessKey")} error={below(error, "/access_key")}>
              {(ids) => <TextInput {...ids} required {...input("accessKey")} />}
            </Field>
            <Field
              label={text("sources.secretKey")}
              hint={kept ? text("sources.secretKept") : undefined}
              error={below(error, "/secret_key")}
            >
              {(ids) => (
                <TextInput
                  {...ids}
                  type="password"
                  required={!kept}
                  {...input("secretKey", { autoComplete: "new-password" })}
                />
              )}
            </Field>
          </div>
        </>
      )}
      <Field label={text("sources.buckets")} hint={text("sources.bucketsHint")} error={below(error, "/buckets")}>
        {(ids) => <TextArea {...ids} rows={4} placeholder="photos/2026/" {...input("buckets")} />}
      </Field>
    </>
  );
}

/** The first fault at a field, or below it. */
function below(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail;
}

const isWhole = ({ name, endpoint, accessKey }: Fields) => [name, endpoint, accessKey].every((each) => each.trim());

export function AddSourceDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const create = useCreateSource();
  const [fields, setFields] = useState(NOTHING);
  const submit = () =>
    create.mutate(
      {
        name: fields.name.trim(),
        endpoint: fields.endpoint.trim(),
        region: fields.region.trim(),
        access_key: fields.accessKey.trim(),
        secret_key: fields.secretKey.trim(),
        buckets: bucketsOf(fields.buckets),
        granted_to: [],
      },
      { onSuccess: onClose },
    );
  return (
    <FormDialog
      title={text("sources.add")}
      about={text("sources.addAbout")}
      submit={text("sources.addShort")}
      ready={isWhole(fields) && fields.secretKey.trim() !== ""}
      busy={create.isPending}
      error={create.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <SourceFields fields={fields} onChange={setFields} error={create.error} own={false} kept={false} />
    </FormDialog>
  );
}

export function EditSourceDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const text = useText();
  const change = useChangeSource(source);
  const own = source.id === OWN_STORE;
  const [fields, setFields] = useState<Fields>({
    name: source.name,
    endpoint: source.endpoint ?? "",
    region: source.region ?? "",
    accessKey: source.access_key ?? "",
    secretKey: "",
    buckets: bucketsText(source.buckets),
  });
  return (
    <FormDialog
      title={text("members.modify", { name: source.name })}
      submit={text("action.save")}
      ready={own ? fields.name.trim() !== "" : isWhole(fields)}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate(changesOf(fields, own), { onSuccess: onClose })}
      onClose={onClose}
    >
      <SourceFields fields={fields} onChange={setFields} error={change.error} own={own} kept />
    </FormDialog>
  );
}

function changesOf(fields: Fields, own: boolean): SourceChanges {
  const shared = { name: fields.name.trim(), buckets: bucketsOf(fields.buckets) };
  if (own) return shared;
  const secret = fields.secretKey.trim();
  return {
    ...shared,
    endpoint: fields.endpoint.trim(),
    region: fields.region.trim(),
    access_key: fields.accessKey.trim(),
    ...(secret ? { secret_key: secret } : {}),
  };
}
