/** The page of images: virtualized, with a rectangle to select or a brush to paint. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import { useBench, useBenchState, usePageIds } from "./bench-context";
import styles from "./grid.module.css";
import { GAP, layoutOf, PADDING, rowsOf } from "./grid-layout";
import { Later } from "./later";
import { usePeople } from "./people";
import { askedSize, useThumbnailSize } from "./thumbnail-size";
import { Tile, tileId } from "./tile";
import { useGridPointer } from "./use-grid-pointer";

/** Has the focus while keys move the cursor, so that a screen reader tells which image it is on. */
export const GRID_ID = "images";

export function Grid() {
  const text = useText();
  const bench = useBench();
  const ids = usePageIds();
  const nameOf = usePeople();
  const size = useThumbnailSize();
  const mode = useBenchState((state) => state.mode);
  const loading = useBenchState((state) => state.loading);
  const fault = useBenchState((state) => state.fault);
  const turn = useBenchState((state) => state.paging.turn);
  const view = useBenchState((state) => state.view);
  const cursor = useBenchState((state) => state.selection.cursor);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const layout = useMemo(() => layoutOf(width, size, ids.length), [width, size, ids.length]);
  const { rectangle, ...pointer } = useGridPointer(frame, layout, ids);
  bench.columns = layout.columns;
  bench.loader.thumbnailSize = askedSize(layout.tileWidth);

  const rows = useVirtualizer({
    count: rowsOf(layout),
    getScrollElement: () => frame.current,
    estimateSize: () => layout.tileHeight + GAP,
    overscan: useOverscan(ids.length > 0),
    paddingStart: PADDING,
    paddingEnd: PADDING,
    enabled: width > 0,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when the layout is another
  useLayoutEffect(() => {
    rows.measure();
  }, [layout]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page or view begins at its top
  useLayoutEffect(() => {
    // Not returned: newer browsers give a promise, which is no way to clean up.
    frame.current?.scrollTo({ top: 0 });
  }, [turn, view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a moved cursor is scrolled to
  useEffect(() => {
    const index = cursor === null ? -1 : ids.indexOf(cursor);
    if (index >= 0) rows.scrollToIndex(Math.floor(index / layout.columns), { align: "auto" });
  }, [cursor]);

  const shownRows = rows.getVirtualItems();
  const cursorRow = cursor === null ? -1 : Math.floor(ids.indexOf(cursor) / layout.columns);
  // What is scrolled out of sight is not on the page.
  const active = cursor !== null && shownRows.some((row) => row.index === cursorRow) ? tileId(cursor) : undefined;

  return (
    <div
      ref={frame}
      className={classes(styles.frame, mode === "brush" && styles.brushing)}
      aria-busy={loading || undefined}
      data-testid="grid-frame"
      {...pointer}
    >
      {fault ? (
        <div className={styles.fault}>
          <Fault error={fault} retry={() => void bench.loader.reload()} />
        </div>
      ) : null}
      {ids.length === 0 && !loading && !fault ? <Later part="nothing" /> : null}
      <div
        id={GRID_ID}
        role="grid"
        tabIndex={0}
        aria-activedescendant={active}
        aria-label={text("labeling.images")}
        aria-multiselectable
        aria-rowcount={rowsOf(layout)}
        aria-colcount={layout.columns}
        className={styles.grid}
        style={{ height: rows.getTotalSize() }}
      >
        {shownRows.map((row) => (
          <div
            key={row.key}
            role="row"
            aria-rowindex={row.index + 1}
            className={styles.row}
            style={{
              transform: `translateY(${row.start}px)`,
              height: layout.tileHeight,
              gridTemplateColumns: `repeat(${layout.columns}, ${layout.tileWidth}px)`,
            }}
          >
            {ids.slice(row.index * layout.columns, (row.index + 1) * layout.columns).map((id, column) => (
              <Tile key={id} id={id} column={column + 1} imageSize={askedSize(layout.tileWidth)} nameOf={nameOf} />
            ))}
          </div>
        ))}
        {rectangle ? <div className={styles.rectangle} style={rectangle} aria-hidden /> : null}
      </div>
    </div>
  );
}

const OVERSCAN = { first: 1, usual: 4 };
const FIRST_MS = 500;

/** Rows beyond the edges: few until what is seen first is there, then as many as scrolling needs. */
function useOverscan(areSome: boolean): number {
  const [isFirst, setFirst] = useState(true);
  useEffect(() => {
    if (!areSome) return;
    const timer = setTimeout(() => setFirst(false), FIRST_MS);
    return () => clearTimeout(timer);
  }, [areSome]);
  return isFirst ? OVERSCAN.first : OVERSCAN.usual;
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(element.current);
    setWidth(element.current.clientWidth);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
