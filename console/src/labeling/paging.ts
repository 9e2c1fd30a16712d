/** The page of the list that is shown, and what was loaded in advance behind it. Images that leave the page are replaced
 * from there; the cursor goes on after the last one that was loaded. */

export interface Paging {
  /** Counted from 0. */
  readonly page: number;
  readonly size: number;
  /** How many images of the list lie before the buffer. */
  readonly before: number;
  /** Another one whenever a page is turned: the next page has the same number if nothing of this one stays in the list. */
  readonly turn: number;
  /** What is shown and what follows, in the list's order. */
  readonly buffer: readonly string[];
  readonly cursor: string | null;
  readonly ended: boolean;
}

export function opened(page: number, size: number, turn = 0): Paging {
  return { page, size, before: page * size, turn, buffer: [], cursor: null, ended: false };
}

/** The same place in the list, to be read anew. */
export function reopened(paging: Paging): Paging {
  return { ...paging, buffer: [], cursor: null, ended: false };
}

export function shownPage(paging: Paging): readonly string[] {
  return paging.buffer.slice(0, paging.size);
}

/** How many more to load so that the next page is there, too. */
export function missing(paging: Paging): number {
  return paging.ended ? 0 : Math.max(0, 2 * paging.size - paging.buffer.length);
}

/** How many to load next: the page itself first, so that it is seen as soon as it is there. */
export function stretch(paging: Paging, most: number): number {
  if (paging.ended) return 0;
  return Math.min(most, Math.max(0, paging.size - paging.buffer.length) || missing(paging));
}

export function loaded(paging: Paging, ids: readonly string[], cursor: string | null): Paging {
  const there = new Set(paging.buffer);
  return {
    ...paging,
    buffer: [...paging.buffer, ...ids.filter((id) => !there.has(id))],
    cursor,
    ended: cursor === null,
  };
}

export function withoutIds(paging: Paging, leaving: ReadonlySet<string>): Paging {
  return { ...paging, buffer: paging.buffer.filter((id) => !leaving.has(id)) };
}

/** The next page, begun with what was loaded in advance. What of this page has left the list, as what was brushed, is not
 * counted any more: the number leads to a place behind which everything unseen lies. */
export function turnedForward(paging: Paging, stays: (id: string) => boolean): Paging {
  const isUnread = paging.buffer.length === 0 && paging.cursor === null;
  const before = paging.before + (isUnread ? paging.size : shownPage(paging).filter(stays).length);
  const page = Math.floor(before / paging.size);
  return { ...paging, page, before, turn: paging.turn + 1, buffer: paging.buffer.slice(paging.size) };
}

/** The page before this one, if there is any. */
export function pageBefore({ before, size }: Paging): number | null {
  return before > 0 ? Math.ceil(before / size) - 1 : null;
}

export function hasNext(paging: Paging): boolean {
  return paging.buffer.length > paging.size || !paging.ended;
}

/** The list had ended, and by the server's count there is more by now: new images have come. */
export function lacks(paging: Paging, matching: number): boolean {
  const isFull = paging.buffer.length >= 2 * paging.size;
  return paging.ended && !isFull && paging.before + paging.buffer.length < matching;
}

export function pagesOf(total: number, size: number): number {
  return Math.max(1, Math.ceil(total / size));
}
