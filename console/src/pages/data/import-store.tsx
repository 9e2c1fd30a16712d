/** Which object store an import path lies in, of those that one may use; nothing is asked where there is no other. */
import { useQuery } from "@tanstack/react-query";
import { allSourcesQuery } from "@/api/sources";
import { useText } from "@/text/text";
import { Field, Select } from "@/ui/field";

interface Props {
  /** The dataset's own, which is what an import uses if none is chosen; null if it is not known. */
  own: string | null;
  value: string;
  error: string | undefined;
  onChange: (sourceId: string) => void;
}

export function ImportStore({ own, value, error, onChange }: Props) {
  const text = useText();
  const others = (useQuery(allSourcesQuery).data ?? []).filter((source) => source.id !== own);
  if (others.length === 0 || (own === null && others.length === 1)) return null;
  return (
    <Field label={text("import.store")} error={error}>
      {(ids) => (
        <Select
          {...ids}
          value={value}
          onChange={onChange}
          options={[
            { value: "", label: text("import.store.own") },
            ...others.map((source) => ({ value: source.id, label: source.name })),
          ]}
        />
      )}
    </Field>
  );
}
