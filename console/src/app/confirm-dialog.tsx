/** Asks before something is taken away: says what it touches and, where it weighs much, has the name typed. */
import { type ReactNode, useState } from "react";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, TextInput } from "@/ui/field";
import { Fault } from "./fault";

interface Props {
  title: string;
  action: string;
  /** What it touches; null while that is not known, and nothing can be confirmed. */
  about: ReactNode | null;
  /** Has to be typed. */
  typed?: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, action, about, typed, busy, error, onConfirm, onClose }: Props) {
  const text = useText();
  const [value, setValue] = useState("");
  const isSure = about !== null && (typed === undefined || isTheSame(value, typed));
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (isSure) onConfirm();
      }}
      footer={
        <>
          <Button onClick={onClose}>{text("action.cancel")}</Button>
          <Button type="submit" look="danger" disabled={!isSure} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      {about ? <p>{about}</p> : null}
      {typed === undefined ? null : (
        <Field label={text("confirm.type", { name: typed })}>
          {(ids) => (
            <TextInput
              {...ids}
              autoFocus
              dir="auto"
              autoComplete="off"
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
      )}
      <Fault error={error} />
    </Dialog>
  );
}

function isTheSame(value: string, wanted: string): boolean {
  return value.trim().normalize("NFC") === wanted.trim().normalize("NFC");
}
