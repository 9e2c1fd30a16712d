import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { pictureOf, type Sample } from "@/api/samples";
import { GAP, type Layout, layoutOf, PADDING, rowsOf } from "@/pages/labeling/grid-layout";
import { Picture, Unreadable } from "@/pages/labeling/picture";
import { askedSize, useThumbnailSize } from "@/pages/labeling/thumbnail-size";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import styles from "./datasets.module.css";

interface Props {
  datasetId: string;
  samples: readonly Sample[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onOpen: (place: number) => void;
  /** The end of what is loaded comes into sight. */
  onEnd: () => void;
}

const ROWS_AHEAD = 4;

/** Below an image stands its name, and no labels. */
const NAME_PX = 26;
const named = (layout: Layout): Layout => ({ ...layout, tileHeight: layout.tileWidth + NAME_PX });

/** Thumbnails, of which only those that can be seen are on the page. */
export function SampleGrid({ datasetId, samples, chosen, onChoose, onOpen, onEnd }: Props) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const size = useThumbnailSize();
  const [width, setWidth] = useState(0);
  const layout = useMemo(() => named(layoutOf(width, size, samples.length)), [width, size, samples.length]);
  const count = rowsOf(layout);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => layout.tileHeight + GAP,
    overscan: ROWS_AHEAD,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    enabled: width > 0,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;

  useLayoutEffect(() => {
    if (frame.current === null) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when the layout is another
  useLayoutEffect(() => rows.measure(), [layout]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once for each row that comes into sight
  useEffect(() => {
    if (last >= 0 && last >= count - ROWS_AHEAD) onEnd();
  }, [last, count]);

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div ref={frame} className={styles.grid} tabIndex={0} role="group" aria-label={text("datasets.images")}>
      <div className={styles.inside} style={{ height: rows.getTotalSize() }}>
        {items.map((row) => (
          <div
            key={row.key}
            className={styles.row}
            style={{
              transform: `translateY(${row.start}px)`,
              gridTemplateColumns: `repeat(${layout.columns}, ${layout.tileWidth}px)`,
            }}
          >
            {samples.slice(row.index * layout.columns, (row.index + 1) * layout.columns).map((sample, column) => (
              <div key={sample.id} className={classes(styles.tile, chosen.has(sample.id) && styles.chosen)}>
                <button
                  type="button"
                  className={styles.open}
                  data-sample={sample.path}
                  onClick={() => onOpen(row.index * layout.columns + column)}
                >
                  {sample.state === "unreadable" ? (
                    <Unreadable reason={sample.reason ?? ""} />
                  ) : (
                    <Picture key={sample.etag} src={pictureOf(datasetId, sample, askedSize(layout.tileWidth))} />
                  )}
                  <span className={styles.file} dir="auto" title={sample.path}>
                    {sample.name}
                  </span>
                </button>
                <input
                  type="checkbox"
                  className={styles.box}
                  aria-label={text("labeling.select", { name: sample.name })}
                  checked={chosen.has(sample.id)}
                  onChange={() => toggle(sample.id)}
                />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
