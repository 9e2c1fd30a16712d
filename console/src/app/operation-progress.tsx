/** Long work: a bar with numbers, rate and time left, and *Cancel*. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useIntl } from "react-intl";
import { cancelOperation, hasEnded, type Operation, operationQuery } from "@/api/operations";
import { problemIn } from "@/api/results";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Progress } from "@/ui/progress";
import { Fault } from "./fault";
import styles from "./operation-progress.module.css";
import { useRate } from "./use-rate";

interface Props {
  id: string;
  /** Called once, when it has ended, however it did. */
  onEnd?: (operation: Operation) => void;
}

export function OperationProgress({ id, onEnd }: Props) {
  const text = useText();
  const intl = useIntl();
  const { data: operation, error } = useQuery(operationQuery(id));
  const [cancelling, setCancelling] = useState(false);
  const rate = useRate(operation);
  const told = useRef(false);

  useEffect(() => {
    if (!operation || !hasEnded(operation) || told.current) return;
    told.current = true;
    onEnd?.(operation);
  }, [operation, onEnd]);

  if (error) return <Fault error={error} />;
  if (!operation) return null;
  const { done, total, state } = operation;
  const numbers = total === null ? intl.formatNumber(done) : text("operation.numbers", { done, total });
  return (
    <div className={styles.progress}>
      <Progress
        done={hasEnded(operation) ? 1 : total === null ? null : done}
        total={hasEnded(operation) ? 1 : (total ?? 1)}
        label={text(`operation.state.${state}`)}
      />
      <div className={styles.line}>
        <span>
          {text(`operation.state.${state}`)} · {numbers}
        </span>
        {!hasEnded(operation) && rate > 0 ? (
          <span className={styles.rate}>
            {text("operation.rate", { rate: Math.round(rate) })}
            {total !== null ? ` · ${text("operation.left", { seconds: Math.ceil((total - done) / rate) })}` : ""}
          </span>
        ) : null}
        {hasEnded(operation) ? null : (
          <Button
            busy={cancelling}
            onClick={() => {
              setCancelling(true);
              void cancelOperation(id).catch(() => setCancelling(false));
            }}
          >
            {text("action.cancel")}
          </Button>
        )}
      </div>
      <Fault error={problemIn(operation)} />
    </div>
  );
}
