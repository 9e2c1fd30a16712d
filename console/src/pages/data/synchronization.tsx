/** A synchronization: progress, then what changed. */
import { useState } from "react";
import { useIntl } from "react-intl";
import type { Operation } from "@/api/operations";
import { type Synchronized, synchronizedIn } from "@/api/results";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import styles from "./synchronization.module.css";

interface Props {
  /** Null until it has begun. */
  operation: string | null;
  fault?: unknown;
  onEnd: (operation: Operation) => void;
  onClose: () => void;
}

export function Synchronization({ operation, fault, onEnd, onClose }: Props) {
  const text = useText();
  const [result, setResult] = useState<Synchronized | null>(null);
  return (
    <Dialog
      title={text("data.synchronize")}
      onClose={onClose}
      footer={<Button onClick={onClose}>{text("action.close")}</Button>}
    >
      <Fault error={fault} />
      {operation ? (
        <OperationProgress
          id={operation}
          onEnd={(ended) => {
            setResult(synchronizedIn(ended));
            onEnd(ended);
          }}
        />
      ) : null}
      {result ? <Changes result={result} /> : null}
    </Dialog>
  );
}

function Changes({ result }: { result: Synchronized }) {
  const text = useText();
  const intl = useIntl();
  const { skipped } = result;
  return (
    <div role="status">
      <dl className={styles.numbers}>
        {(["added", "updated", "removed", "renamed", "unchanged"] as const).map((each) => (
          <div key={each}>
            <dt>{text(`data.${each}`)}</dt>
            <dd>{intl.formatNumber(result[each])}</dd>
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
