import type { ReactNode } from "react";
import { Field, TextInput } from "./field";

interface Props {
  label: ReactNode;
  /** As the API has it; undefined while none is chosen. */
  value: string | undefined;
  onChange: (moment: string | undefined) => void;
}

/** A moment, typed in local time. */
export function MomentField({ label, value, onChange }: Props) {
  return (
    <Field label={label}>
      {(ids) => (
        <TextInput
          {...ids}
          type="datetime-local"
          value={localOf(value)}
          onChange={(event) => onChange(event.target.value ? new Date(event.target.value).toISOString() : undefined)}
        />
      )}
    </Field>
  );
}

/** A moment as the field for local times wants it. */
function localOf(moment: string | undefined): string {
  if (moment === undefined) return "";
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
