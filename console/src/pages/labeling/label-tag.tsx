import type { CSSProperties } from "react";
import type { Given } from "@/labeling/items";
import { Dot } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { useBenchState } from "./bench-context";
import styles from "./label-tag.module.css";

const UNKNOWN = "#8b8b94";

export function useLabelColor(labelId: string, name: string): string {
  return useBenchState(
    (state) => state.labels.find((label) => label.id === labelId || label.name === name)?.color ?? UNKNOWN,
  );
}

/** A label on an image; one that waits to be confirmed has a broken outline and how sure the model is. */
export function LabelTag({ given }: { given: Given }) {
  const color = useLabelColor(given.labelId, given.name);
  const waits = given.source === "model";
  return (
    <span
      className={classes(styles.tag, waits && styles.waits)}
      style={{ "--label": color } as CSSProperties}
      title={given.name}
      data-label={given.name}
    >
      <Dot color={color} className={styles.dot} />
      <bdi className={styles.name}>{given.name}</bdi>
      {waits && given.confidence !== null ? (
        <span className={styles.sure}>{Math.round(given.confidence * 100)}%</span>
      ) : null}
    </span>
  );
}
