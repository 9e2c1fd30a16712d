/** One image of the sample: whole, with its labels and what was said of it. A click selects it. */

import type { Sampled } from "@/api/acceptances";
import { itemOf } from "@/api/items";
import { thumbnailOf } from "@/labeling/items";
import { Picture } from "@/pages/labeling/picture";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { classes } from "@/ui/classes";
import styles from "./acceptance.module.css";

const SIZE = 256;

interface Props {
  item: Sampled;
  isSelected: boolean;
  /** With Shift, everything between is selected as well. */
  onSelect: (extend: boolean) => void;
}

export function SampledTile({ item, isSelected, onSelect }: Props) {
  const text = useText();
  const { judgement } = item;
  const shown = itemOf(item);
  const labels = shown.labels.map((given) => given.name).join(", ") || text("labels.noLabel");
  return (
    <li>
      <button
        type="button"
        className={classes(styles.tile, isSelected && styles.selected)}
        aria-pressed={isSelected}
        data-sampled={shown.path}
        onClick={(event) => onSelect(event.shiftKey)}
      >
        <Picture src={thumbnailOf(shown, SIZE)} />
        <span className={styles.labels} dir="auto" title={labels}>
          {labels}
        </span>
        <span className={styles.name} dir="auto" title={shown.path}>
          {shown.name}
        </span>
        {item.conflict ? (
          <span className={styles.changed}>
            <Badge tone="warn">{text("acceptance.changed")}</Badge>
          </span>
        ) : null}
        {judgement ? (
          <span className={styles.judgement} title={judgement.reason ?? undefined}>
            <Badge tone={judgement.decision === "accept" ? "good" : "danger"}>
              {judgement.decision === "accept"
                ? text("review.told", { state: text("criterion.review.accepted"), grade: judgement.grade ?? "" }).trim()
                : text("criterion.review.rejected")}
            </Badge>
          </span>
        ) : null}
      </button>
    </li>
  );
}
