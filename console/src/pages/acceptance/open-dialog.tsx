/** Drawing a sample: so many images, or a share of what is labeled; the same seed draws the same ones. */
import { useState } from "react";
import { type NewAcceptance, useOpenAcceptance } from "@/api/acceptances";
import { faultAt } from "@/api/problems";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Field, Select, TextInput } from "@/ui/field";
import styles from "./acceptance.module.css";
import { sizeOf } from "./size";

export function OpenDialog({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const text = useText();
  const open = useOpenAcceptance(jobId);
  const [by, setBy] = useState<"ratio" | "count">("ratio");
  const [amount, setAmount] = useState("10");
  const [seed, setSeed] = useState("");
  const size = sizeOf(by, amount);
  const wanted: NewAcceptance | null = size && { ...size, ...(seed.trim() && { seed: Number(seed) }) };
  return (
    <FormDialog
      title={text("acceptance.open")}
      about={text("acceptance.openAbout")}
      submit={text("acceptance.draw")}
      ready={wanted !== null}
      busy={open.isPending}
      error={open.error}
      onSubmit={() => wanted && open.mutate(wanted, { onSuccess: onClose })}
      onClose={onClose}
    >
      <div className={styles.two}>
        <Field label={text("acceptance.size")} error={faultAt(open.error, "/sample_ratio")}>
          {(ids) => (
            <Select
              {...ids}
              value={by}
              onChange={setBy}
              options={[
                { value: "ratio", label: text("acceptance.byRatio") },
                { value: "count", label: text("acceptance.byCount") },
              ]}
            />
          )}
        </Field>
        <Field label={text(`acceptance.amount.${by}`)} error={faultAt(open.error, "/sample_count")}>
          {(ids) => (
            <TextInput
              {...ids}
              type="number"
              min={by === "count" ? 1 : 0}
              step={by === "count" ? 1 : "any"}
              value={amount}
              onChange={(event) => setAmount(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Field label={text("acceptance.seed")} hint={text("acceptance.seedHint")} error={faultAt(open.error, "/seed")}>
        {(ids) => (
          <TextInput {...ids} type="number" step={1} value={seed} onChange={(event) => setSeed(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  );
}
