/** Publishing what a job says now, with its split. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Operation } from "@/api/operations";
import { faultAt } from "@/api/problems";
import { publishableJobsQuery, publishVersion, type Version, versionsKey } from "@/api/versions";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Checkbox, Field, Select, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { nextName } from "./next-name";
import styles from "./versions.module.css";

interface Props {
  datasetId: string;
  jobId: string | undefined;
  /** The version before: its settings are proposed, so that no image changes sides. */
  before: Version | undefined;
  onClose: () => void;
}

export function PublishVersionDialog({ datasetId, jobId, before, onClose }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const jobs = useQuery(publishableJobsQuery(datasetId));
  const [chosen, setChosen] = useState(jobId ?? before?.job_id ?? "");
  const [name, setName] = useState(nextName(before?.name));
  const [description, setDescription] = useState("");
  const [ratio, setRatio] = useState(String(Math.round((before?.train_ratio ?? 0.8) * 100)));
  const [seed, setSeed] = useState(String(before?.seed ?? 0));
  const [stratify, setStratify] = useState(before?.stratify ?? false);
  const [everything, setEverything] = useState(before?.include === "all");
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const offered = jobs.data ?? [];
  const job = offered.find((each) => each.id === chosen) ?? offered[0];

  const start = () => {
    if (job === undefined) return;
    setFault(null);
    publishVersion(datasetId, {
      name: name.trim(),
      job_id: job.id,
      description,
      train_ratio: Number(ratio) / 100,
      seed: Number(seed),
      stratify,
      include: everything ? "all" : "labeled",
    }).then((begun) => setOperation(begun.id), setFault);
  };
  const finish = (ended: Operation) => {
    if (ended.state !== "succeeded") return;
    void queries.invalidateQueries({ queryKey: [...versionsKey, datasetId] });
    onClose();
  };

  return (
    <WorkDialog
      title={text("versions.publish")}
      about={text("versions.publishAbout")}
      size="medium"
      start={text("versions.publishShort")}
      ready={job !== undefined && name.trim() !== "" && ratio !== "" && seed !== ""}
      error={fault ?? jobs.error}
      operation={operation}
      onStart={start}
      onEnd={finish}
      onClose={onClose}
    >
      {jobs.isSuccess && offered.length === 0 ? <Notice>{text("versions.noJob")}</Notice> : null}
      <Field label={text("versions.job")} error={faultAt(fault, "/job_id")}>
        {(ids) => (
          <Select
            {...ids}
            value={job?.id ?? ""}
            onChange={setChosen}
            options={offered.map((each) => ({ value: each.id, label: each.name }))}
          />
        )}
      </Field>
      <Field label={text("jobs.name")} hint={text("versions.nameHint")} error={faultAt(fault, "/name")}>
        {(ids) => (
          <TextInput {...ids} autoFocus maxLength={32} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label={text("datasets.description")} error={faultAt(fault, "/description")}>
        {(ids) => (
          <TextInput {...ids} dir="auto" value={description} onChange={(event) => setDescription(event.target.value)} />
        )}
      </Field>
      <div className={styles.two}>
        <Field label={text("versions.ratio")} error={faultAt(fault, "/train_ratio")}>
          {(ids) => (
            <TextInput
              {...ids}
              type="number"
              min={0}
              max={100}
              value={ratio}
              onChange={(event) => setRatio(event.target.value)}
            />
          )}
        </Field>
        <Field label={text("versions.seed")} hint={text("versions.seedHint")} error={faultAt(fault, "/seed")}>
          {(ids) => (
            <TextInput {...ids} type="number" min={0} value={seed} onChange={(event) => setSeed(event.target.value)} />
          )}
        </Field>
      </div>
      <Checkbox checked={stratify} onChange={(event) => setStratify(event.target.checked)}>
        {text("versions.stratify")}
      </Checkbox>
      <Checkbox checked={everything} onChange={(event) => setEverything(event.target.checked)}>
        {text("versions.includeAll")}
      </Checkbox>
    </WorkDialog>
  );
}
