/** Asks before something is taken away: says what it touches and, where it weighs much, has the name typed. */
import { type ReactNode, useState } from "react";
import { useText } from "@/text/text";
import { Field, TextInput } from "@/ui/field";
import { FormDialog } from "./form-dialog";

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
  return (
    <FormDialog
      title={title}
      submit={action}
      look="danger"
      ready={about !== null && (typed === undefined || isTyped(value, typed))}
      busy={busy}
      error={error}
      onSubmit={onConfirm}
      onClose={onClose}
    >
      {about ? <p>{about}</p> : null}
      {typed === undefined ? null : (
        <ToBeTyped label={text("confirm.type", { name: typed })} value={value} onChange={setValue} />
      )}
    </FormDialog>
  );
}

interface ToBeTypedProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  isNumber?: boolean;
}

/** The field for what has to be typed to be sure. */
export function ToBeTyped({ label, value, onChange, isNumber = false }: ToBeTypedProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <TextInput
          {...ids}
          autoFocus
          dir="auto"
          autoComplete="off"
          {...(isNumber && { inputMode: "numeric" })}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function isTyped(value: string, wanted: string): boolean {
  return value.trim().normalize("NFC") === wanted.trim().normalize("NFC");
}
