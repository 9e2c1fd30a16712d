/** An import: progress with its rate and *Cancel*, then the counts and what was rejected. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useIntl } from "react-intl";
import { cancelImport, hasImportEnded, type Import, importQuery, rejectedUrl } from "@/api/imports";
import { Problem } from "@/api/problems";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { Progress } from "@/ui/progress";
import styles from "./data.module.css";

interface Props {
  datasetId: string;
  importId: string;
  onEnd: (record: Import) => void;
}

export function ImportProgress({ datasetId, importId, onEnd }: Props) {
  const text = useText();
  const { data: record, error } = useQuery(importQuery(datasetId, importId));
  const [cancelling, setCancelling] = useState(false);
  const told = useRef(false);
  useEffect(() => {
    if (!record || !hasImportEnded(record) || told.current) return;
    told.current = true;
    onEnd(record);
  }, [record, onEnd]);

  if (error) return <Fault error={error} />;
  if (!record) return null;
  const ended = hasImportEnded(record);
  return (
    <div className={styles.progress}>
      <Progress done={ended ? 1 : null} total={1} label={text(`operation.state.${record.state}`)} />
      <div className={styles.line} role="status">
        <span>
          {text(record.dry_run ? "import.wouldImport" : "import.state", {
            state: text(`operation.state.${record.state}`),
            found: record.counts.found,
          })}
          {!ended && record.rate ? ` · ${text("operation.rate", { rate: Math.round(record.rate) })}` : ""}
        </span>
        {ended ? null : (
          <Button
            busy={cancelling}
            onClick={() => {
              setCancelling(true);
              void cancelImport(datasetId, importId).catch(() => setCancelling(false));
            }}
          >
            {text("action.cancel")}
          </Button>
        )}
      </div>
      <ImportCounts record={record} />
      {ended && !record.dry_run && record.state === "succeeded" ? <Notice>{text("import.follows")}</Notice> : null}
      {record.error ? <Fault error={problemIn(record.error)} /> : null}
    </div>
  );
}

/** The counts, and the first files that were rejected with their reasons. */
export function ImportCounts({ record }: { record: Import }) {
  const text = useText();
  const intl = useIntl();
  const { counts, rejected } = record;
  return (
    <>
      <dl className={styles.numbers}>
        {(["imported", "unchanged", "rejected"] as const).map((each) => (
          <div key={each}>
            <dt>{text(`import.${each}`)}</dt>
            <dd>{intl.formatNumber(counts[each])}</dd>
          </div>
        ))}
      </dl>
      {counts.rejected > 0 ? (
        <details>
          <summary>{text("import.rejectedFiles", { count: counts.rejected })}</summary>
          <ul className={styles.rejected}>
            {rejected.map((each) => (
              <li key={`${each.path} ${each.line}`}>
                <span dir="auto">{each.path}</span>
                {each.line === null ? "" : ` (${text("import.line", { line: each.line })})`}: {each.reason}
              </li>
            ))}
          </ul>
          <a href={rejectedUrl(record.dataset_id, record.id)} download>
            {text("import.download")}
          </a>
        </details>
      ) : null}
    </>
  );
}

function problemIn(error: Record<string, unknown>): Problem {
  return new Problem(0, String(error.code ?? "failed"), String(error.title ?? ""), String(error.detail ?? ""));
}
