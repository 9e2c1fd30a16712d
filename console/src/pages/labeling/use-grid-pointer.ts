/** The pointer over the grid: a click opens or selects, a drag draws a rectangle, with the brush it paints. */
import { type CSSProperties, type PointerEvent, type RefObject, useRef, useState } from "react";
import { begun, ended, over } from "@/labeling/brush";
import { drawn, rangedTo, type Selection, toggled } from "@/labeling/selection";
import { select, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { type Layout, type Point, tileAt, tilesAlong, tilesIn } from "./grid-layout";

const CLICK_PX = 5;

interface Drag {
  start: Point;
  last: Point;
  before: Selection;
  moved: boolean;
  toggles: boolean;
  brushes: boolean;
}

export function useGridPointer(frame: RefObject<HTMLElement | null>, layout: Layout, ids: readonly string[]) {
  const bench = useBench();
  const { open } = useDialogs();
  const drag = useRef<Drag | null>(null);
  const [rectangle, setRectangle] = useState<CSSProperties | null>(null);

  const pointOf = (event: PointerEvent): Point => {
    const box = frame.current?.getBoundingClientRect();
    return {
      x: event.clientX - (box?.left ?? 0),
      y: event.clientY - (box?.top ?? 0) + (frame.current?.scrollTop ?? 0),
    };
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const isControl = (event.target as HTMLElement).closest("input, button, a") !== null;
    const onScrollbar =
      event.clientX > event.currentTarget.getBoundingClientRect().left + event.currentTarget.clientWidth;
    if (event.button !== 0 || isControl || onScrollbar) return;
    const start = pointOf(event);
    const state = bench.place.get();
    const brushes = state.mode === "brush" && state.brush.label !== null;
    const toggles = event.ctrlKey || event.metaKey;
    drag.current = { start, last: start, before: state.selection, moved: false, toggles, brushes };
    event.currentTarget.setPointerCapture(event.pointerId);
    const item = state.board.shown.get(ids[tileAt(layout, start) ?? -1] ?? "");
    if (brushes && item) bench.place.update((present) => ({ ...present, brush: begun(present.brush, item) }));
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const now = drag.current;
    if (now === null) return;
    const point = pointOf(event);
    now.moved ||= Math.hypot(point.x - now.start.x, point.y - now.start.y) > CLICK_PX;
    if (!now.moved) return;
    if (now.brushes) paint(now.last, point);
    else draw(now, point);
    now.last = point;
    scrollAtEdge(frame.current, event.clientY);
  };

  const paint = (from: Point, to: Point) => {
    const hit = tilesAlong(layout, from, to).flatMap((index) => ids[index] ?? []);
    bench.place.update((state) => {
      let { brush } = state;
      for (const id of hit) {
        const item = state.board.shown.get(id);
        if (item) brush = brush.stroke === null ? begun(brush, item) : over(brush, id);
      }
      return brush === state.brush ? state : { ...state, brush };
    });
  };

  const draw = (now: Drag, point: Point) => {
    const hit = tilesIn(layout, now.start, point).flatMap((index) => ids[index] ?? []);
    select(bench.place, () => drawn(now.before, hit, now.toggles));
    setRectangle({
      left: Math.min(now.start.x, point.x),
      top: Math.min(now.start.y, point.y),
      width: Math.abs(point.x - now.start.x),
      height: Math.abs(point.y - now.start.y),
    });
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const now = drag.current;
    drag.current = null;
    setRectangle(null);
    if (now === null) return;
    if (now.brushes) {
      finishStroke();
    } else if (!now.moved) {
      const id = ids[tileAt(layout, now.start) ?? -1];
      if (id !== undefined) click(id, event);
    }
  };

  const finishStroke = () => {
    const { stroke, label } = bench.place.get().brush;
    bench.place.update((state) => ({ ...state, brush: ended(state.brush) }));
    if (stroke && label) bench.edit([...stroke.ids], stroke.gives ? { add: [label] } : { remove: [label] });
  };

  const click = (id: string, event: PointerEvent) => {
    if (event.shiftKey) {
      select(bench.place, (selection) => rangedTo(selection, id, ids));
    } else if (event.ctrlKey || event.metaKey) {
      select(bench.place, (selection) => toggled(selection, id));
    } else {
      bench.place.update((state) => ({ ...state, selection: { ...state.selection, cursor: id, anchor: id } }));
      open({ kind: "preview", id });
    }
  };

  return { rectangle, onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}

const EDGE_PX = 32;

function scrollAtEdge(frame: HTMLElement | null, y: number): void {
  if (frame === null) return;
  const { top, bottom } = frame.getBoundingClientRect();
  if (y < top + EDGE_PX) frame.scrollBy({ top: y - top - EDGE_PX });
  else if (y > bottom - EDGE_PX) frame.scrollBy({ top: y - bottom + EDGE_PX });
}
