/** Which images are selected, and where the keyboard is. */

export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
  /** The image that the keys act on. */
  readonly cursor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, cursor: null };

export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, cursor: id };
}

/** From the anchor to `id`, in the order of the page; what was selected stays. */
export function rangedTo(selection: Selection, id: string, order: readonly string[]): Selection {
  const end = order.indexOf(id);
  const start = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  if (end < 0 || start < 0) return toggled(selection, id);
  const between = order.slice(Math.min(start, end), Math.max(start, end) + 1);
  return { ids: new Set([...selection.ids, ...between]), anchor: selection.anchor, cursor: id };
}

export function withAll(selection: Selection, order: readonly string[]): Selection {
  return { ...selection, ids: new Set([...selection.ids, ...order]) };
}

/** What was selected on the page is not, and the other way round; what lies on other pages stays. */
export function inverted(selection: Selection, order: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  for (const id of order) if (!ids.delete(id)) ids.add(id);
  return { ...selection, ids };
}

/** A rectangle is drawn over `hit`: they are added to what was selected as it began, or with `toggle` turned round. */
export function drawn(before: Selection, hit: readonly string[], toggle: boolean): Selection {
  const ids = new Set(before.ids);
  for (const id of hit) if (!(toggle && ids.delete(id))) ids.add(id);
  return { ids, anchor: hit[0] ?? before.anchor, cursor: before.cursor };
}

export function without(selection: Selection, gone: Iterable<string>): Selection {
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  const stays = (id: string | null) => (id !== null && (ids.has(id) || !selection.ids.has(id)) ? id : null);
  return { ids, anchor: stays(selection.anchor), cursor: stays(selection.cursor) };
}

export function cleared(selection: Selection): Selection {
  return { ...NOTHING, cursor: selection.cursor };
}

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

/** The cursor moves over the grid; with `extend` the range from the anchor follows it. */
export function moved(
  selection: Selection,
  direction: Direction,
  order: readonly string[],
  columns: number,
  extend = false,
): Selection {
  const present = selection.cursor === null ? -1 : order.indexOf(selection.cursor);
  const target = order[placeAfter(present, direction, order.length, columns)];
  if (target === undefined) return selection;
  if (!extend) return { ...selection, cursor: target, anchor: target };
  const anchored = selection.anchor === null ? { ...selection, anchor: selection.cursor ?? target } : selection;
  return rangedTo(anchored, target, order);
}

function placeAfter(present: number, direction: Direction, length: number, columns: number): number {
  if (direction === "first" || present < 0) return 0;
  if (direction === "last") return length - 1;
  const step = { left: -1, right: 1, up: -columns, down: columns }[direction];
  const place = present + step;
  if (place >= 0 && place < length) return place;
  return direction === "down" && Math.floor(present / columns) < Math.floor((length - 1) / columns)
    ? length - 1
    : present;
}
