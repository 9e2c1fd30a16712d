import { type FormEvent, useState } from "react";
import { useCreateLabel } from "@/api/labels";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { TextInput } from "@/ui/field";
import { useBench } from "./bench-context";
import styles from "./side-panel.module.css";

export function NewLabel({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { jobId } = useBench();
  const creation = useCreateLabel(jobId);
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") creation.mutate({ name: name.trim().normalize("NFC") }, { onSuccess: onClose });
  };
  return (
    <form className={styles.box} onSubmit={submit}>
      <TextInput
        aria-label={text("labels.newName")}
        placeholder={text("labels.newName")}
        dir="auto"
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" busy={creation.isPending}>
        {text("action.create")}
      </Button>
      <Fault error={creation.error} />
    </form>
  );
}
