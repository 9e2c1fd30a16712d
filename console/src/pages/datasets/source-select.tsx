/** Which object store a new dataset lies on; nothing is asked where there is but one. */
import { useQuery } from "@tanstack/react-query";
import { allSourcesQuery, OWN_STORE } from "@/api/sources";
import { useText } from "@/text/text";
import { Field, Select } from "@/ui/field";

interface Props {
  value: string;
  onChange: (sourceId: string) => void;
}

export function SourceSelect({ value, onChange }: Props) {
  const text = useText();
  const sources = useQuery(allSourcesQuery).data ?? [];
  if (sources.every((source) => source.id === OWN_STORE)) return null;
  const chosen = sources.some((source) => source.id === value) ? value : "";
  return (
    <Field label={text("datasets.source")}>
      {(ids) => (
        <Select
          {...ids}
          required
          value={chosen}
          onChange={onChange}
          options={[
            ...(chosen ? [] : [{ value: "", label: text("sources.select") }]),
            ...sources.map((source) => ({ value: source.id, label: source.name })),
          ]}
        />
      )}
    </Field>
  );
}
