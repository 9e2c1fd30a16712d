/** *Synchronize New Data*: progress, then what changed. */
import { useEffect, useState } from "react";
import { synchronizeJob } from "@/api/jobs";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import styles from "./synchronize-dialog.module.css";

interface Result {
  added: number;
  updated: number;
  removed: number;
  unchanged: number;
  skipped: { count: number; examples: { path: string; reason: string }[] };
}

export function SynchronizeDialog() {
  const text = useText();
  const bench = useBench();
  const { job, close } = useDialogs();
  const [operation, setOperation] = useState<string | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const [fault, setFault] = useState<unknown>(null);

  useEffect(() => {
    let current = true;
    synchronizeJob(job.id).then(
      (begun) => current && setOperation(begun.id),
      (error: unknown) => current && setFault(error),
    );
    return () => {
      current = false;
    };
  }, [job.id]);

  return (
    <Dialog
      title={text("data.synchronize")}
      onClose={close}
      footer={<Button onClick={close}>{text("action.close")}</Button>}
    >
      <Fault error={fault} />
      {operation ? (
        <OperationProgress
          id={operation}
          onEnd={(ended) => {
            setResult(ended.result as unknown as Result | null);
            void bench.loader.reload();
            bench.counting.refresh();
          }}
        />
      ) : null}
      {result ? <Changes result={result} /> : null}
    </Dialog>
  );
}

function Changes({ result }: { result: Result }) {
  const text = useText();
  const { skipped } = result;
  return (
    <div role="status">
      <dl className={styles.numbers}>
        {(["added", "updated", "removed", "unchanged"] as const).map((each) => (
          <div key={each}>
            <dt>{text(`data.${each}`)}</dt>
            <dd>{result[each]}</dd>
          </div>
        ))}
      </dl>
      {skipped.count > 0 ? (
        <details>
          <summary>{text("data.skipped", { count: skipped.count })}</summary>
          <ul className={styles.skipped}>
            {skipped.examples.map((each) => (
              <li key={each.path}>
                <span dir="auto">{each.path}</span>: {each.reason}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}
