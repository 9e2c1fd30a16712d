import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allDatasetsQuery, synchronizeDataset, useCreateDataset } from "@/api/datasets";
import { useCreateJob } from "@/api/jobs";
import { faultAt } from "@/api/problems";
import { OWN_STORE } from "@/api/sources";
import { allTeamsQuery } from "@/api/teams";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { SourceSelect } from "@/pages/datasets/source-select";
import { TeamSettingsFields, USUAL } from "@/pages/members/team-settings";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select, TextArea, TextInput } from "@/ui/field";
import styles from "./jobs.module.css";
import { labelsIn } from "./label-names";

const NEW = "";
/** No team, or one whose annotators are added afterwards. */
const ALONE = "";
const LATER = "later";

interface Props {
  /** The dataset that is chosen at first. */
  datasetId?: string;
  onClose: () => void;
}

/** *Create Labeling Job*: the dataset may be made here, too; labels are typed or pasted, one a line. */
export function CreateJobDialog({ datasetId: first, onClose }: Props) {
  const text = useText();
  const navigate = useNavigate();
  const datasets = useQuery(allDatasetsQuery);
  const createDataset = useCreateDataset();
  const createJob = useCreateJob();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(first ?? null);
  const [sourceId, setSourceId] = useState(OWN_STORE);
  const [bucket, setBucket] = useState("");
  const [prefix, setPrefix] = useState("");
  const [labels, setLabels] = useState("");
  const [team, setTeam] = useState(ALONE);
  const [settings, setSettings] = useState(USUAL);
  const teams = useQuery(allTeamsQuery);
  const datasetId = chosen ?? datasets.data?.[0]?.id ?? NEW;
  const [operation, setOperation] = useState<string | null>(null);
  const [isFilling, setFilling] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const error = createDataset.error ?? createJob.error ?? fault;

  /** A new dataset is filled first: a job without images would be nothing to begin with. */
  const create = async () => {
    setFault(null);
    if (datasetId !== NEW) return open(datasetId);
    const source = { bucket: bucket.trim(), prefix, source_id: sourceId };
    const dataset = await createDataset.mutateAsync({ name: name.trim(), source });
    setChosen(dataset.id);
    setOperation((await synchronizeDataset(dataset.id)).id);
    setFilling(true);
  };
  const open = async (dataset: string) => {
    const job = await createJob.mutateAsync({
      name: name.trim(),
      dataset_id: dataset,
      type: "image_classification",
      labels: labelsIn(labels).map((each) => ({ name: each })),
      ...(team === ALONE ? {} : { team: { ...settings, ...(team === LATER ? {} : { team_id: team }) } }),
    });
    await navigate({ to: "/jobs/$jobId", params: { jobId: job.id } });
  };

  return (
    <Dialog
      title={text("jobs.create")}
      size="medium"
      onClose={onClose}
      onSubmit={() => void create().catch(setFault)}
      footer={
        <>
          <Button onClick={onClose}>{text("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={createDataset.isPending || createJob.isPending || isFilling}>
            {text("action.create")}
          </Button>
        </>
      }
    >
      <Field label={text("jobs.name")} error={faultAt(error, "/name")}>
        {(ids) => (
          <TextInput {...ids} autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label={text("jobs.dataset")}>
        {(ids) => (
          <Select
            {...ids}
            value={datasetId}
            onChange={setChosen}
            options={[
              ...(datasets.data ?? []).map((dataset) => ({ value: dataset.id, label: dataset.name })),
              { value: NEW, label: text("jobs.newDataset") },
            ]}
          />
        )}
      </Field>
      {datasetId === NEW ? <SourceSelect value={sourceId} onChange={setSourceId} /> : null}
      {datasetId === NEW ? (
        <div className={styles.source}>
          <Field label={text("datasets.bucket")} error={faultAt(error, "/source/bucket")}>
            {(ids) => (
              <TextInput {...ids} required value={bucket} onChange={(event) => setBucket(event.target.value)} />
            )}
          </Field>
          <Field label={text("datasets.prefix")} hint={text("datasets.prefixHint")}>
            {(ids) => <TextInput {...ids} value={prefix} onChange={(event) => setPrefix(event.target.value)} />}
          </Field>
        </div>
      ) : null}
      <Field label={text("jobs.labels")} hint={text("jobs.labelsHint")}>
        {(ids) => <TextArea {...ids} dir="auto" value={labels} onChange={(event) => setLabels(event.target.value)} />}
      </Field>
      <Field label={text("jobs.team")} hint={team === ALONE ? undefined : text("jobs.teamHint")}>
        {(ids) => (
          <Select
            {...ids}
            value={team}
            onChange={setTeam}
            options={[
              { value: ALONE, label: text("jobs.team.none") },
              { value: LATER, label: text("jobs.team.later") },
              ...(teams.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
      {team === ALONE ? null : <TeamSettingsFields settings={settings} onChange={setSettings} error={error} />}
      {operation ? (
        <OperationProgress
          id={operation}
          onEnd={(ended) => {
            setFilling(false);
            if (ended.state === "succeeded") void open(datasetId).catch(setFault);
          }}
        />
      ) : null}
      <Fault error={error} />
    </Dialog>
  );
}
