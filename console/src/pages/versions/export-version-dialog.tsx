/** Writing a version to a bucket, with what was left out. */
import { useState } from "react";
import { faultAt } from "@/api/problems";
import { type Exported, exportedIn } from "@/api/results";
import { type ExportFormat, exportVersion, type Version } from "@/api/versions";
import { WorkDialog } from "@/app/work-dialog";
import { type TextKey, useText } from "@/text/text";
import { Field, Select, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import styles from "./versions.module.css";

const FORMATS: readonly ExportFormat[] = ["manifest", "directories", "csv", "parquet", "coco", "yolo-cls"];

interface Props {
  datasetId: string;
  version: Version;
  /** Where the dataset's images lie: exports stay in their object store. */
  bucket: string;
  onClose: () => void;
}

export function ExportVersionDialog({ datasetId, version, bucket, onClose }: Props) {
  const text = useText();
  const [format, setFormat] = useState<ExportFormat>("manifest");
  const [to, setTo] = useState(bucket);
  const [prefix, setPrefix] = useState(`exports/${version.name}`);
  const [operation, setOperation] = useState<string | null>(null);
  const [ended, setEnded] = useState<Exported | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const start = () => {
    setFault(null);
    const destination = { bucket: to.trim(), prefix };
    exportVersion(datasetId, version.name, { format, destination }).then((begun) => setOperation(begun.id), setFault);
  };
  return (
    <WorkDialog
      title={text("versions.export", { name: version.name })}
      size="medium"
      start={text("versions.exportShort")}
      ready={to.trim() !== ""}
      error={fault}
      operation={operation}
      onStart={start}
      onEnd={(operation_) => setEnded(exportedIn(operation_))}
      onClose={onClose}
      outcome={ended ? <Outcome exported={ended} /> : null}
    >
      <Field
        label={text("versions.format")}
        hint={text(`versions.format.${format}.about` as TextKey)}
        error={faultAt(fault, "/format")}
      >
        {(ids) => (
          <Select
            {...ids}
            autoFocus
            value={format}
            onChange={setFormat}
            options={FORMATS.map((each) => ({ value: each, label: text(`versions.format.${each}` as TextKey) }))}
          />
        )}
      </Field>
      <div className={styles.two}>
        <Field label={text("datasets.bucket")} error={faultAt(fault, "/destination/bucket")}>
          {(ids) => <TextInput {...ids} value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
        <Field
          label={text("datasets.prefix")}
          hint={text("versions.prefixHint")}
          error={faultAt(fault, "/destination/prefix")}
        >
          {(ids) => <TextInput {...ids} value={prefix} onChange={(event) => setPrefix(event.target.value)} />}
        </Field>
      </div>
    </WorkDialog>
  );
}

function Outcome({ exported }: { exported: Exported }) {
  const text = useText();
  return (
    <>
      <p>{text("versions.exported", { count: exported.count, files: exported.files })}</p>
      {exported.leftOut.count > 0 ? (
        <Notice>
          {text("versions.leftOut", { count: exported.leftOut.count })}
          <ul className={styles.leftOut}>
            {exported.leftOut.examples.slice(0, 20).map((each) => (
              <li key={each.path}>
                <bdi>{each.path}</bdi> · {each.reason}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </>
  );
}
