/** Deleting images: what it touches, the choice to delete the source files, and the number typed to be sure. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import type { Operation } from "@/api/operations";
import { deleteSamples, type Touched, touchedByDeletion } from "@/api/samples";
import { isTyped, ToBeTyped } from "@/app/confirm-dialog";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Checkbox } from "@/ui/field";
import { MiddleText } from "@/ui/middle-text";
import { Notice } from "@/ui/notice";
import styles from "./deletion.module.css";

interface Props {
  datasetId: string;
  ids: readonly string[];
  onClose: () => void;
  /** Called when it has begun: it goes on when the dialog is closed. */
  onStarted?: (operation: Operation, withSource: boolean) => void;
  /** Called when they are gone; with their source files deleted, too, they cannot be restored. */
  onDeleted: (operation: Operation, withSource: boolean) => void;
}

export function Deletion({ datasetId, ids, onClose, onStarted, onDeleted }: Props) {
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
      const started = await deleteSamples(datasetId, ids, source);
      onStarted?.(started, source);
      setOperation(started.id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  const finish = (ended: Operation) => {
    if (ended.state === "succeeded") onDeleted(ended, source);
  };

  return (
    <WorkDialog
      title={text("delete.title", { count: ids.length })}
      start={text("delete.yes")}
      look="danger"
      ready={isTyped(typed, String(ids.length))}
      busy={busy}
      error={fault ?? touched.error}
      operation={operation}
      onStart={() => void start()}
      onEnd={finish}
      onClose={onClose}
    >
      {touched.data ? (
        <p>{text("delete.touched", { samples: touched.data.samples, jobs: touched.data.jobs })}</p>
      ) : null}
      <Checkbox checked={source} onChange={(event) => setSource(event.target.checked)}>
        {text("delete.source")}
      </Checkbox>
      {source ? (
        <Notice tone="warn">
          <Warning touched={touched.data} />
        </Notice>
      ) : (
        <p>{text("delete.kept")}</p>
      )}
      <ToBeTyped
        isNumber
        label={text("delete.type", { count: intl.formatNumber(ids.length, { useGrouping: false }) })}
        value={typed}
        onChange={setTyped}
      />
    </WorkDialog>
  );
}

/** That it cannot be undone, and which other datasets lie on the same files. */
function Warning({ touched }: { touched: Touched | undefined }) {
  const text = useText();
  const { datasets = [], more_datasets: more = 0, versions = [] } = touched ?? {};
  const { other_versions: others = [], more_versions: moreVersions = false } = touched ?? {};
  return (
    <>
      {text("delete.sourceWarning")}
      {datasets.length > 0 || more > 0 ? (
        <>
          <p>{text("delete.sharing", { count: datasets.length + more })}</p>
          <ul className={styles.sharing}>
            {datasets.map((dataset) => (
              <li key={dataset.id}>
                <MiddleText>{dataset.name}</MiddleText>
              </li>
            ))}
            {more > 0 ? <li>{text("delete.sharingMore", { count: more })}</li> : null}
          </ul>
        </>
      ) : null}
      {versions.length > 0 ? (
        <p>{text("delete.versions", { count: versions.length, names: versions.join(", ") })}</p>
      ) : null}
      {others.length > 0 ? (
        <p>
          {text("delete.otherVersions", {
            count: others.length,
            names: others.map((each) => `${each.dataset} ${each.name}`).join(", "),
          })}
        </p>
      ) : null}
      {moreVersions ? <p>{text("delete.moreVersions")}</p> : null}
    </>
  );
}
