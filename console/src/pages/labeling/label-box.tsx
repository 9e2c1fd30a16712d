import { useMemo, useState } from "react";
import type { Label, LabelRef } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { Combobox } from "@/ui/combobox";
import { useBenchState } from "./bench-context";
import styles from "./side-panel.module.css";
import { useLabeling } from "./use-labeling";

const SUGGESTIONS = 30;

/** The *Label* box and *OK*: an existing label from the list, or a new one by its name. */
export function LabelBox() {
  const text = useText();
  const { give } = useLabeling();
  const labels = useBenchState((state) => state.labels);
  const hasTargets = useBenchState((state) => state.mode !== "grid" || state.matching || state.selection.ids.size > 0);
  const [typed, setTyped] = useState("");
  const found = useMemo(() => suggestionsFor(labels, typed), [labels, typed]);

  const ok = () => {
    const name = typed.trim().normalize("NFC");
    if (name === "") return;
    if (give(refFor(labels, name))) setTyped("");
  };

  return (
    <section className={styles.section} aria-label={text("labels.give")}>
      <div className={styles.box}>
        <label htmlFor="label-box" className={styles.boxName}>
          {text("labels.box")}
        </label>
        <Combobox<Label>
          id="label-box"
          label={text("labels.box")}
          placeholder={text("labels.boxHint")}
          value={typed}
          onType={setTyped}
          options={found}
          keyOf={(label) => label.id}
          render={(label) => (
            <>
              <Dot color={label.color} /> <bdi>{label.name}</bdi>
            </>
          )}
          onChoose={(label) => setTyped(label.name)}
          onEnter={ok}
        />
        <Button look="primary" disabled={!hasTargets || typed.trim() === ""} onClick={ok}>
          {text("action.ok")}
        </Button>
      </div>
      {hasTargets ? null : <p className={styles.hint}>{text("labels.selectFirst")}</p>}
    </section>
  );
}

function refFor(labels: readonly Label[], name: string): LabelRef {
  const known = labels.find((label) => label.name === name);
  return { id: known?.id ?? null, name };
}

/** What begins with the text first, then what contains it. */
function suggestionsFor(labels: readonly Label[], typed: string): Label[] {
  const sought = typed.trim().toLowerCase();
  const found = labels.filter((label) => label.name.toLowerCase().includes(sought));
  if (found.length === 1 && found[0]?.name === typed) return [];
  const rank = (label: Label) => (label.name.toLowerCase().startsWith(sought) ? 0 : 1);
  return found.sort((one, other) => rank(one) - rank(other)).slice(0, SUGGESTIONS);
}
