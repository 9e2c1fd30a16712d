/** Some of the job's labels, chosen from a list that can be searched. */
import { type ReactNode, useState } from "react";
import { useText } from "@/text/text";
import { Checkbox, SearchInput } from "@/ui/field";
import { useBenchState } from "./bench-context";
import styles from "./label-choice.module.css";

const SHOWN_LABELS = 50;

interface Props {
  title: string;
  /** The ids of labels. */
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  children?: ReactNode;
}

export function LabelChoice({ title, chosen, onChange, children }: Props) {
  const text = useText();
  const labels = useBenchState((state) => state.labels);
  const [sought, setSought] = useState("");
  const found = labels
    .filter((label) => label.name.toLowerCase().includes(sought.toLowerCase()))
    .slice(0, SHOWN_LABELS);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset className={styles.labels}>
      <legend>{title}</legend>
      <SearchInput
        aria-label={text("labels.search")}
        placeholder={text("labels.search")}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      <div className={styles.list}>
        {found.map((label) => (
          <Checkbox key={label.id} checked={chosen.has(label.id)} onChange={() => toggle(label.id)}>
            <bdi className={styles.name}>{label.name}</bdi>
          </Checkbox>
        ))}
      </div>
      {children}
    </fieldset>
  );
}
