/** What is asked in *Add data*: where the data lies, where its labels are, and which images are wanted. */
import { faultAt } from "@/api/problems";
import { useText } from "@/text/text";
import { Checkbox, Field, Select, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import styles from "./data.module.css";
import { DropZone } from "./drop-zone";
import { ImportStore } from "./import-store";
import { filters, MODES, modesOf, type Settings, SOURCES, STATUSES, statusOf } from "./settings";

interface Props {
  settings: Settings;
  /** The dataset's own object store; null if it is not known. */
  own: string | null;
  onChange: (some: Partial<Settings>) => void;
  error: unknown;
}

export function SettingsFields({ settings, own, onChange, error }: Props) {
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
        <DropZone count={settings.chosen.files.length} onChosen={(chosen) => onChange({ chosen })} />
      ) : (
        <>
          <ImportStore
            own={own}
            value={settings.store}
            error={faultAt(error, "/source_id")}
            onChange={(store) => onChange({ store })}
          />
          <Field
            label={text("import.path")}
            hint={text(source === "bucket" ? "import.path.bucket" : "import.path.manifest")}
            error={
              faultAt(error, "/source/bucket") ?? faultAt(error, "/source/prefix") ?? faultAt(error, "/source/key")
            }
          >
            {(ids) => (
              <TextInput {...ids} value={settings.path} onChange={(event) => onChange({ path: event.target.value })} />
            )}
          </Field>
        </>
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
        {source === "uploads" && filters(settings) ? <Notice>{text("import.filtersOfUploads")}</Notice> : null}
      </details>
    </>
  );
}
