/** *View historical records*: imports and synchronizations, each with who, when, from where, and what came of it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allAccountsQuery } from "@/api/accounts";
import {
  type Import,
  importsQuery,
  leftOutUrl,
  type SynchronizationRecord,
  synchronizationsQuery,
} from "@/api/imports";
import { allSourcesQuery } from "@/api/sources";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { Dialog } from "@/ui/dialog";
import { Select } from "@/ui/field";
import { When } from "@/ui/when";
import styles from "./data.module.css";
import { ImportCounts } from "./import-progress";

const TONES = { queued: "neutral", running: "accent", succeeded: "good", failed: "danger", cancelled: "warn" } as const;
const KINDS = ["imports", "synchronizations"] as const;

export function DataHistory({ datasetId, onClose }: { datasetId: string; onClose: () => void }) {
  const text = useText();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("imports");
  return (
    <Dialog
      title={text("history.records")}
      size="large"
      onClose={onClose}
      footer={<Button onClick={onClose}>{text("action.close")}</Button>}
    >
      <Select
        aria-label={text("history.kind")}
        className={styles.kind}
        value={kind}
        onChange={setKind}
        options={KINDS.map((each) => ({ value: each, label: text(`history.${each}`) }))}
      />
      {kind === "imports" ? <Imports datasetId={datasetId} /> : <Synchronizations datasetId={datasetId} />}
    </Dialog>
  );
}

function Imports({ datasetId }: { datasetId: string }) {
  const text = useText();
  const pages = useInfiniteQuery(importsQuery(datasetId));
  const records = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Fault error={pages.error} />
      {pages.isSuccess && records.length === 0 ? <p>{text("history.none")}</p> : null}
      <ul className={styles.records}>
        {records.map((record) => (
          <ImportRecord key={record.id} record={record} />
        ))}
      </ul>
      <More query={pages} />
    </>
  );
}

function ImportRecord({ record }: { record: Import }) {
  const text = useText();
  const by = useWho();
  const { settings } = record;
  const store = useStoreName(settings.source_id);
  return (
    <li className={styles.record}>
      <header className={styles.line}>
        <strong>{text(`import.mode.${settings.mode}`)}</strong>
        <span dir="auto" className={styles.from}>
          {placeOf(settings.source) ?? text("import.source.uploads")}
          {store === null ? "" : ` · ${store}`}
        </span>
        {record.dry_run ? <Badge>{text("import.dryRun")}</Badge> : null}
        <Badge tone={TONES[record.state]}>{text(`operation.state.${record.state}`)}</Badge>
        <When at={record.created_at} />
        <Took from={record.started_at} to={record.finished_at} />
      </header>
      <ImportCounts record={record} />
      <p className={styles.soft}>
        {text(`import.status.${settings.labeling_status}`)}
        {settings.include_labels.length > 0
          ? ` · ${text("import.include")}: ${settings.include_labels.join(", ")}`
          : ""}
        {settings.exclude_labels.length > 0
          ? ` · ${text("import.exclude")}: ${settings.exclude_labels.join(", ")}`
          : ""}
        {settings.hard_only ? ` · ${text("import.hardOnly")}` : ""}
        {` · ${by(record.created_by)}`}
      </p>
    </li>
  );
}

function Synchronizations({ datasetId }: { datasetId: string }) {
  const text = useText();
  const pages = useInfiniteQuery(synchronizationsQuery(datasetId));
  const records = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Fault error={pages.error} />
      {pages.isSuccess && records.length === 0 ? <p>{text("history.none")}</p> : null}
      <ul className={styles.records}>
        {records.map((record, place) => (
          <SynchronizationLine key={record.id} datasetId={datasetId} record={record} isNewest={place === 0} />
        ))}
      </ul>
      <More query={pages} />
    </>
  );
}

interface LineProps {
  datasetId: string;
  record: SynchronizationRecord;
  /** Only of the newest one everything that was left out is kept. */
  isNewest: boolean;
}

function SynchronizationLine({ datasetId, record, isNewest }: LineProps) {
  const text = useText();
  const counts = Object.entries(record.counts ?? {}).filter(([, count]) => count > 0);
  const by = record.started_by;
  const told = useWho();
  return (
    <li className={styles.record}>
      <header className={styles.line}>
        <Badge tone={TONES[record.state]}>{text(`operation.state.${record.state}`)}</Badge>
        <When at={record.started_at} />
        <Took from={record.started_at} to={record.finished_at} />
        <span className={styles.soft}>{by.kind === "system" ? text("history.bySystem") : told(by.id)}</span>
      </header>
      <p>
        {counts.map(([name, count]) => `${text("number.plain", { value: count })} ${nameOf(name, text)}`).join(" · ") ||
          text("history.nothing")}
      </p>
      {record.problems.length > 0 ? (
        <details>
          <summary>{text("data.skipped", { count: record.counts?.skipped ?? record.problems.length })}</summary>
          <ul className={styles.rejected}>
            {record.problems.map((each) => (
              <li key={each.path}>
                <span dir="auto">{each.path}</span>: {each.reason}
              </li>
            ))}
          </ul>
          {isNewest ? (
            <a href={leftOutUrl(datasetId, record.id)} download>
              {text("import.download")}
            </a>
          ) : null}
        </details>
      ) : null}
    </li>
  );
}

/** Who did it: oneself, anybody for an administrator. Names of others are not everybody's to read. */
function useWho(): (account: string) => string {
  const text = useText();
  const me = useMe();
  const { data: accounts = [] } = useQuery({ ...allAccountsQuery, enabled: me.role === "admin" });
  return (account) => {
    const who = account === me.id ? me.name || me.email : accounts.find((each) => each.id === account)?.name;
    return who ? text("history.by", { who }) : text("history.byOther");
  };
}

/** The object store that an import named; null if it was the dataset's own. */
function useStoreName(sourceId: string | null): string | null {
  const { data: sources = [] } = useQuery({ ...allSourcesQuery, enabled: sourceId !== null });
  return sources.find((source) => source.id === sourceId)?.name ?? sourceId;
}

function Took({ from, to }: { from: string | null; to: string | null }) {
  const text = useText();
  if (from === null || to === null) return null;
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10);
  return <span className={styles.soft}>{text("operations.took", { seconds })}</span>;
}

function nameOf(name: string, text: ReturnType<typeof useText>): string {
  const known = ["added", "updated", "removed", "unchanged", "renamed", "left-out"] as const;
  const key = name === "skipped" ? "left-out" : name;
  const found = known.find((each) => each === key);
  return found ? text(`data.${found}`).toLowerCase() : name;
}

function placeOf(source: Import["settings"]["source"]): string | null {
  return source.kind === "uploads" ? null : `s3://${source.bucket}/${source.key ?? source.prefix ?? ""}`;
}
