/** Focus: one image at a time, in the order of the list. The list is fixed while one walks through it, so that what was
 * labeled a moment ago can be gone back to. */

export interface Focus {
  readonly order: readonly string[];
  readonly place: number;
}

export function focusedOn(order: readonly string[], id: string | null): Focus {
  const place = id === null ? 0 : Math.max(0, order.indexOf(id));
  return { order, place };
}

/** These come first in the list, before it is walked. */
export function begunWith(focus: Focus, ids: readonly string[]): Focus {
  const first = new Set(ids);
  return { order: [...ids, ...focus.order.filter((id) => !first.has(id))], place: 0 };
}

/** These come next in the list; what is shown, and what was walked past, stays. */
export function followedBy(focus: Focus, ids: readonly string[]): Focus {
  const walked = focus.order.slice(0, focus.place + 1);
  const next = ids.filter((id) => !walked.includes(id));
  const there = new Set([...walked, ...next]);
  return { ...focus, order: [...walked, ...next, ...focus.order.filter((id) => !there.has(id))] };
}

export function present(focus: Focus): string | null {
  return focus.order[focus.place] ?? null;
}

/** The next image; one beyond the last is the end. */
export function forward(focus: Focus): Focus {
  return { ...focus, place: Math.min(focus.place + 1, focus.order.length) };
}

export function backward(focus: Focus): Focus {
  return { ...focus, place: Math.max(0, focus.place - 1) };
}

export function goneTo(focus: Focus, id: string): Focus {
  const place = focus.order.indexOf(id);
  return place < 0 ? focus : { ...focus, place };
}

/** Takes images out of the list. If the present one is among them, the next one is shown. */
export function withoutAll(focus: Focus, gone: ReadonlySet<string>): Focus {
  const stays = (id: string) => !gone.has(id);
  const order = focus.order.filter(stays);
  return order.length === focus.order.length
    ? focus
    : { order, place: focus.order.slice(0, focus.place).filter(stays).length };
}

/** More of the list was loaded. */
export function extended(focus: Focus, ids: readonly string[]): Focus {
  const there = new Set(focus.order);
  const more = ids.filter((id) => !there.has(id));
  return more.length > 0 ? { ...focus, order: [...focus.order, ...more] } : focus;
}

/** The images around the present one, for the strip and for loading in advance. */
export function around(focus: Focus, before: number, after: number): readonly string[] {
  return focus.order.slice(Math.max(0, focus.place - before), focus.place + after + 1);
}

export function left(focus: Focus): number {
  return Math.max(0, focus.order.length - focus.place - 1);
}
