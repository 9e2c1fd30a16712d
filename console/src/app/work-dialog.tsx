/** Long work in a dialog: what it will touch, the button that starts it, then how far it is. */
import type { ReactNode } from "react";
import type { Operation } from "@/api/operations";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Fault } from "./fault";
import { OperationProgress } from "./operation-progress";

interface Props {
  title: string;
  about?: ReactNode;
  size?: "small" | "medium";
  /** What the button says that starts it. */
  start: string;
  look?: "primary" | "danger";
  ready?: boolean;
  busy?: boolean;
  error: unknown;
  /** Null until it has begun. */
  operation: string | null;
  onStart: () => void;
  onEnd?: (operation: Operation) => void;
  onClose: () => void;
  /** Below the bar, once it has ended. */
  outcome?: ReactNode;
  /** Before it begins. */
  children?: ReactNode;
}

export function WorkDialog(props: Props) {
  const text = useText();
  const { title, about, size, start, look = "primary", ready = true, busy = false, error, operation } = props;
  const { onStart, onEnd, onClose, outcome, children } = props;
  return (
    <Dialog
      title={title}
      about={about}
      {...(size && { size })}
      onClose={onClose}
      onSubmit={() => {
        if (operation === null && ready && !busy) onStart();
      }}
      footer={
        <>
          <Button onClick={onClose}>{text(operation ? "action.close" : "action.cancel")}</Button>
          {operation ? null : (
            <Button type="submit" look={look} disabled={!ready} busy={busy}>
              {start}
            </Button>
          )}
        </>
      }
    >
      {operation ? <OperationProgress id={operation} {...(onEnd && { onEnd })} /> : children}
      {operation ? outcome : null}
      <Fault error={error} />
    </Dialog>
  );
}
