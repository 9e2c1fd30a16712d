import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Chip } from "@/ui/chip";
import { useBenchState, usePageIds } from "./bench-context";
import { useLabelColor } from "./label-tag";
import styles from "./page-bar.module.css";
import { useLabeling } from "./use-labeling";

/** What the brush gives, and *the rest of this page is …*. */
export function BrushBar() {
  const text = useText();
  const { giveRest } = useLabeling();
  const label = useBenchState((state) => state.brush.label);
  const ids = usePageIds();
  const touched = useBenchState((state) => state.brush.touched.size);
  const color = useLabelColor(label?.id ?? "", label?.name ?? "");
  if (label === null) return <p className={styles.hint}>{text("brush.choose")}</p>;
  return (
    <div className={styles.selection}>
      <Chip color={color}>{label.name}</Chip>
      <span className={styles.hint}>{text("brush.touched", { count: touched })}</span>
      <Button look="quiet" disabled={ids.length === 0} onClick={giveRest}>
        {text("brush.rest", { label: shortened(label.name) })}
      </Button>
    </div>
  );
}

const LONGEST = 24;

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 6).join("")}…${letters.slice(-5).join("")}` : name;
}
