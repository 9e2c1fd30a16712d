import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import { cancelOperation, hasEnded, type Operation } from "@/api/operations";
import { problemIn } from "@/api/results";
import { toastFault } from "@/app/fault";
import pageStyles from "@/app/page.module.css";
import { useRate } from "@/app/use-rate";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { Progress } from "@/ui/progress";
import { ActionsCell } from "@/ui/table";
import { When } from "@/ui/when";
import { kindText } from "./kind-text";
import styles from "./operations.module.css";
import { resultLines } from "./result";
import { secondsOf } from "./seconds";

const TONES = {
  queued: "neutral",
  running: "accent",
  succeeded: "good",
  failed: "danger",
  cancelled: "warn",
} as const;

export function OperationRow({ operation }: { operation: Operation }) {
  const text = useText();
  const { kind, state, created_at } = operation;
  return (
    <tr>
      <td>
        <span className={pageStyles.name}>{kindText(kind, text)}</span>
      </td>
      <td>
        <Badge tone={TONES[state]}>{text(`operation.state.${state}`)}</Badge>
      </td>
      <td>
        <Advance operation={operation} />
      </td>
      <td className={styles.result}>
        <Outcome operation={operation} />
      </td>
      <td className={pageStyles.soft}>
        <When at={created_at} />
      </td>
      <ActionsCell>{hasEnded(operation) ? null : <Cancel operation={operation} />}</ActionsCell>
    </tr>
  );
}

function Advance({ operation }: { operation: Operation }) {
  const text = useText();
  const intl = useIntl();
  const rate = useRate(operation);
  const { done, total } = operation;
  const numbers = total === null ? intl.formatNumber(done) : text("operation.numbers", { done, total });
  if (hasEnded(operation)) {
    const seconds = secondsOf(operation);
    return (
      <span className={styles.numbers}>
        {numbers}
        {seconds === null ? null : <small>{text("operations.took", { seconds })}</small>}
      </span>
    );
  }
  return (
    <div className={styles.advance}>
      <Progress
        done={total === null ? null : done}
        total={total ?? 1}
        label={text("operations.progressOf", { kind: kindText(operation.kind, text) })}
      />
      <span className={styles.numbers}>
        {numbers}
        {rate > 0 ? (
          <small>
            {text("operation.rate", { rate: Math.round(rate) })}
            {total === null ? "" : ` · ${text("operation.left", { seconds: Math.ceil((total - done) / rate) })}`}
          </small>
        ) : null}
      </span>
    </div>
  );
}

function Outcome({ operation }: { operation: Operation }) {
  const text = useText();
  const problem = problemIn(operation);
  if (problem) {
    return (
      <span className={styles.error}>
        {problem.detail || problem.title || text("fault.unexpected")} <code>{problem.code}</code>
      </span>
    );
  }
  return <span className={pageStyles.soft}>{resultLines(operation.result, text).join(" · ")}</span>;
}

function Cancel({ operation }: { operation: Operation }) {
  const text = useText();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      await cancelOperation(operation.id);
      await queries.invalidateQueries({ queryKey: ["operations"] });
    } catch (error) {
      toastFault(error, text);
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} onClick={() => void cancel()}>
      {text("action.cancel")}
    </Button>
  );
}
