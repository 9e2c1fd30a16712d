/** The labels as a table of which only the rows that can be seen are on the page. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { Pencil, Trash2 } from "lucide-react";
import { useRef } from "react";
import { useIntl } from "react-intl";
import type { LabelView } from "@/api/labels";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { MiddleText } from "@/ui/middle-text";
import styles from "./labels.module.css";

const ROW_PX = 40;

interface Props {
  labels: readonly LabelView[];
  /** The key of each label, by its id. */
  keys: ReadonlyMap<string, string>;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  mayChange: boolean;
  onModify: (label: LabelView) => void;
  onDelete: (label: LabelView) => void;
}

export function LabelsTable({ labels, keys, chosen, onChoose, mayChange, ...actions }: Props) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: labels.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div ref={frame} className={styles.frame} tabIndex={0} role="region" aria-label={text("job.labels")}>
      <div role="table" aria-label={text("job.labels")} aria-rowcount={labels.length + 1} className={styles.table}>
        <div role="row" aria-rowindex={1} className={classes(styles.row, styles.head)}>
          <span role="columnheader">
            <span className="visually-hidden">{text("labelSet.choose")}</span>
          </span>
          <span role="columnheader">{text("labelSet.name")}</span>
          <span role="columnheader">{text("labelSet.key")}</span>
          <span role="columnheader" className={styles.number}>
            {text("labelSet.images")}
          </span>
          <span role="columnheader">{text("labelSet.description")}</span>
          <span role="columnheader" className={styles.number}>
            {text("table.operation")}
          </span>
        </div>
        <div role="rowgroup" className={styles.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const label = labels[row.index];
            return label ? (
              <div
                key={label.id}
                role="row"
                aria-rowindex={row.index + 2}
                data-label-row={label.name}
                className={classes(styles.row, styles.placed)}
                style={{ transform: `translateY(${row.start}px)`, height: ROW_PX }}
              >
                <Cells
                  label={label}
                  assigned={keys.get(label.id)}
                  isChosen={chosen.has(label.id)}
                  onToggle={() => toggle(label.id)}
                  mayChange={mayChange}
                  {...actions}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

interface CellsProps extends Pick<Props, "mayChange" | "onModify" | "onDelete"> {
  label: LabelView;
  assigned: string | undefined;
  isChosen: boolean;
  onToggle: () => void;
}

function Cells({ label, assigned, isChosen, onToggle, mayChange, onModify, onDelete }: CellsProps) {
  const text = useText();
  const intl = useIntl();
  return (
    <>
      <span role="cell">
        {mayChange ? (
          <input
            type="checkbox"
            className={styles.box}
            aria-label={text("labelSet.chooseOne", { label: label.name })}
            checked={isChosen}
            onChange={onToggle}
          />
        ) : null}
      </span>
      <span role="cell" className={styles.name}>
        <Dot color={label.color} />
        <MiddleText>{label.name}</MiddleText>
      </span>
      <span role="cell">
        {label.shortcut ? <kbd>{label.shortcut}</kbd> : null}
        {!label.shortcut && assigned ? (
          <kbd className={styles.assigned} title={text("labelSet.keyAssigned")}>
            {assigned}
          </kbd>
        ) : null}
      </span>
      <span role="cell" className={styles.number}>
        {intl.formatNumber(label.count)}
      </span>
      <span role="cell" className={styles.description} dir="auto" title={label.description}>
        {label.description}
      </span>
      <span role="cell" className={styles.actions}>
        {mayChange ? (
          <>
            <IconButton label={text("labelSet.modify", { label: label.name })} onClick={() => onModify(label)}>
              <Pencil />
            </IconButton>
            <IconButton label={text("labelSet.delete", { label: label.name })} onClick={() => onDelete(label)}>
              <Trash2 />
            </IconButton>
          </>
        ) : null}
      </span>
    </>
  );
}
