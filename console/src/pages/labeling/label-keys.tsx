/** The labels that have a key, as buttons below an image. */
import { useMemo } from "react";
import { carries, refOf } from "@/labeling/items";
import { keysOfLabels } from "@/labeling/keys";
import { useText } from "@/text/text";
import { Dot } from "@/ui/chip";
import { keepFocus } from "@/ui/keep-focus";
import { MiddleText } from "@/ui/middle-text";
import { useBench, useBenchState } from "./bench-context";
import styles from "./label-keys.module.css";
import { useLabeling } from "./use-labeling";

export function LabelKeys() {
  const text = useText();
  const { place } = useBench();
  const { targets, give, edit } = useLabeling();
  const labels = useBenchState((state) => state.labels);
  useBenchState((state) => state.board);
  const keyed = useMemo(() => [...keysOfLabels(labels)], [labels]);
  const item = place.get().board.shown.get(targets()[0] ?? "");
  return (
    <fieldset className={styles.keys}>
      <legend className="visually-hidden">{text("labels.all")}</legend>
      {keyed.map(([key, label]) => {
        const isGiven = item !== undefined && carries(item, refOf(label));
        return (
          <button
            key={key}
            type="button"
            className={styles.label}
            aria-pressed={isGiven}
            onMouseDown={keepFocus}
            onClick={() => (isGiven ? edit({ remove: [refOf(label)] }) : give(refOf(label)))}
          >
            <kbd>{key}</kbd>
            <Dot color={label.color} />
            <span className={styles.name}>
              <MiddleText>{label.name}</MiddleText>
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}
