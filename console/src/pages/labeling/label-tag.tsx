import type { CSSProperties } from "react";
import { type Given, type Label, waits } from "@/labeling/items";
import { Dot } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { useBenchState } from "./bench-context";
import styles from "./label-tag.module.css";

const UNKNOWN = "#8b8b94";

export function useLabelColor(labelId: string, name: string): string {
  return useBenchState((state) => colorsOf(state.labels).get(labelId) ?? colorsOf(state.labels).get(name) ?? UNKNOWN);
}

const known = new WeakMap<readonly Label[], ReadonlyMap<string, string>>();

/** Colors by id and by name: every label on the page asks for its own, and a job may have ten thousand. */
function colorsOf(labels: readonly Label[]): ReadonlyMap<string, string> {
  const found = known.get(labels);
  if (found) return found;
  const colors = new Map(labels.flatMap(({ id, name, color }) => [[name, color] as const, [id, color] as const]));
  known.set(labels, colors);
  return colors;
}

/** A label on an image; one that waits to be confirmed has a broken outline and how sure the model is. */
export function LabelTag({ given }: { given: Given }) {
  const color = useLabelColor(given.labelId, given.name);
  const isProposed = waits(given);
  return (
    <span
      className={classes(styles.tag, isProposed && styles.waits)}
      style={{ "--label": color } as CSSProperties}
      title={given.name}
      data-label={given.name}
    >
      <Dot color={color} className={styles.dot} />
      <bdi className={styles.name}>{given.name}</bdi>{" "}
      {isProposed && given.confidence !== null ? (
        <span className={styles.sure}>{Math.round(given.confidence * 100)}%</span>
      ) : null}
    </span>
  );
}
