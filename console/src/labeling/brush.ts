/** The brush: images that are clicked or dragged over get its label; a second time takes it off. */
import { carries, type Item, type LabelRef } from "./items";

export interface Stroke {
  /** What the whole stroke does, decided by the image it began on. */
  readonly gives: boolean;
  readonly ids: ReadonlySet<string>;
}

export interface Brush {
  readonly label: LabelRef | null;
  /** Images of the page that were brushed, with any label: *the rest of this page* is what is not among them. */
  readonly touched: ReadonlySet<string>;
  readonly stroke: Stroke | null;
}

export const NO_BRUSH: Brush = { label: null, touched: new Set(), stroke: null };

export function dipped(brush: Brush, label: LabelRef | null): Brush {
  return { ...brush, label, stroke: null };
}

export function begun(brush: Brush, item: Item): Brush {
  if (brush.label === null) return brush;
  return { ...brush, stroke: { gives: !carries(item, brush.label), ids: new Set([item.id]) } };
}

export function over(brush: Brush, id: string): Brush {
  if (brush.stroke === null || brush.stroke.ids.has(id)) return brush;
  return { ...brush, stroke: { ...brush.stroke, ids: new Set([...brush.stroke.ids, id]) } };
}

/** The stroke ends: what it did is touched, and no more part of the rest. */
export function ended(brush: Brush): Brush {
  if (brush.stroke === null) return brush;
  return { ...brush, stroke: null, touched: new Set([...brush.touched, ...brush.stroke.ids]) };
}

export function dropped(brush: Brush): Brush {
  return { ...brush, stroke: null };
}

/** Another page: nothing of it was touched yet. */
export function turned(brush: Brush): Brush {
  return { ...brush, touched: new Set(), stroke: null };
}

/** What *the rest of this page is …* labels: neither touched nor labeled before. */
export function restOf(brush: Brush, page: readonly Item[]): string[] {
  return page.filter((item) => !brush.touched.has(item.id) && item.status !== "labeled").map((item) => item.id);
}
