/** All labels with their keys and counts; a click gives one to the selection, or to the brush. */
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Plus } from "lucide-react";
import { Suspense, useMemo, useRef, useState } from "react";
import { useIntl } from "react-intl";
import { labelsQuery } from "@/api/labels";
import { type Label, refOf } from "@/labeling/items";
import { keysOfLabels } from "@/labeling/keys";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { SearchInput } from "@/ui/field";
import { keepFocus } from "@/ui/keep-focus";
import { MiddleText } from "@/ui/middle-text";
import { patient } from "@/ui/patient";
import { useBench, useBenchState, useCounts } from "./bench-context";
import styles from "./side-panel.module.css";
import { useLabeling } from "./use-labeling";

const NewLabel = patient(() => import("./new-label").then((module) => ({ default: module.NewLabel })));
const SEARCHED_FROM = 12;
const ROW_PX = 30;

export function AllLabels() {
  const text = useText();
  const labels = useBenchState((state) => state.labels);
  // Ten thousand of them take a moment, in which there are none yet.
  const { isSuccess } = useQuery(labelsQuery(useBench().jobId));
  const [sought, setSought] = useState("");
  const [adding, setAdding] = useState(false);
  const found = useMemo(
    () => labels.filter((label) => label.name.toLowerCase().includes(sought.toLowerCase())),
    [labels, sought],
  );
  return (
    <section className={`${styles.section} ${styles.fill}`} aria-label={text("labels.all")}>
      <div className={styles.heading}>
        <h2>{text("labels.all")}</h2>
        <IconButton label={text("labels.new")} aria-pressed={adding} onClick={() => setAdding(!adding)}>
          <Plus />
        </IconButton>
      </div>
      <Suspense>{adding ? <NewLabel onClose={() => setAdding(false)} /> : null}</Suspense>
      {labels.length >= SEARCHED_FROM ? (
        <SearchInput
          aria-label={text("labels.search")}
          placeholder={text("labels.search")}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      ) : null}
      {isSuccess && labels.length === 0 ? <p className={styles.hint}>{text("labels.none")}</p> : null}
      <LabelList labels={found} />
    </section>
  );
}

function LabelList({ labels }: { labels: readonly Label[] }) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const all = useBenchState((state) => state.labels);
  const counts = useCounts();
  const keys = useMemo(() => new Map([...keysOfLabels(all)].map(([key, label]) => [label.id, key])), [all]);
  const rows = useVirtualizer({
    count: labels.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div ref={frame} className={styles.list} tabIndex={0} role="group" aria-label={text("labels.all")}>
      <div className={styles.inside} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const label = labels[row.index];
          return label ? (
            <div key={label.id} className={styles.placed} style={{ transform: `translateY(${row.start}px)` }}>
              <LabelRow label={label} hotkey={keys.get(label.id)} count={counts?.labels.get(label.id) ?? 0} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

function LabelRow({ label, hotkey, count }: { label: Label; hotkey: string | undefined; count: number }) {
  const intl = useIntl();
  const { give } = useLabeling();
  const isInBrush = useBenchState((state) => state.mode === "brush" && state.brush.label?.id === label.id);
  return (
    <button
      type="button"
      className={styles.row}
      aria-pressed={isInBrush}
      data-label-row={label.name}
      onMouseDown={keepFocus}
      onClick={() => give(refOf(label))}
    >
      {hotkey ? <kbd>{hotkey}</kbd> : <span className={styles.noKey} />}
      <Dot color={label.color} />
      <span className={styles.name}>
        <MiddleText>{label.name}</MiddleText>
      </span>
      <span className={styles.count}>{intl.formatNumber(count)}</span>
    </button>
  );
}
