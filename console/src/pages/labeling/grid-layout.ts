/** Where tiles lie in the grid, in pixels from its upper left. Plain arithmetic, so that what a rectangle touches is known
 * without asking the page, also where tiles are not rendered. */

export const GAP = 8;
export const CAPTION = 42;
export const PADDING = 12;

export interface Layout {
  columns: number;
  tileWidth: number;
  tileHeight: number;
  count: number;
}

export interface Point {
  x: number;
  y: number;
}

/** As many tiles of about `size` as fit, stretched over the whole width. */
export function layoutOf(width: number, size: number, count: number): Layout {
  const room = Math.max(size, width - 2 * PADDING);
  const columns = Math.max(1, Math.floor((room + GAP) / (size + GAP)));
  const tileWidth = (room - GAP * (columns - 1)) / columns;
  return { columns, tileWidth, tileHeight: tileWidth + CAPTION, count };
}

export function rowsOf(layout: Layout): number {
  return Math.ceil(layout.count / layout.columns);
}

/** The tile under a point; null between tiles. */
export function tileAt(layout: Layout, point: Point): number | null {
  const [column, inColumn] = divided(point.x - PADDING, layout.tileWidth + GAP);
  const [row, inRow] = divided(point.y - PADDING, layout.tileHeight + GAP);
  if (column < 0 || row < 0 || column >= layout.columns) return null;
  if (inColumn > layout.tileWidth || inRow > layout.tileHeight) return null;
  const index = row * layout.columns + column;
  return index < layout.count ? index : null;
}

/** The tiles that a rectangle between two points touches. */
export function tilesIn(layout: Layout, one: Point, other: Point): number[] {
  const [left, right] = [Math.min(one.x, other.x) - PADDING, Math.max(one.x, other.x) - PADDING];
  const [top, bottom] = [Math.min(one.y, other.y) - PADDING, Math.max(one.y, other.y) - PADDING];
  const [firstColumn, lastColumn] = span(left, right, layout.tileWidth, layout.columns);
  const [firstRow, lastRow] = span(top, bottom, layout.tileHeight, rowsOf(layout));
  const hit: number[] = [];
  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const index = row * layout.columns + column;
      if (index < layout.count) hit.push(index);
    }
  }
  return hit;
}

/** Every tile that a line between two points crosses: the pointer may jump over some between two events. */
export function tilesAlong(layout: Layout, from: Point, to: Point): number[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / GAP));
  const hit = new Set<number>();
  for (let step = 0; step <= steps; step += 1) {
    const share = step / steps;
    const tile = tileAt(layout, { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
    if (tile !== null) hit.add(tile);
  }
  return [...hit];
}

function divided(value: number, by: number): [number, number] {
  const whole = Math.floor(value / by);
  return [whole, value - whole * by];
}

function span(low: number, high: number, length: number, count: number): [number, number] {
  const step = length + GAP;
  const first = Math.max(0, Math.ceil((low - length) / step));
  const last = Math.min(count - 1, Math.floor(high / step));
  return [first, last];
}
