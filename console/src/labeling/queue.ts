/** One's own queue: when to take more images, and when to renew the lease on those that are held. */

/** As many as a page of the queue gives at most. */
export const TAKEN_AT_ONCE = 100;
const FEW = 20;
const RENEWED_BEFORE_MS = 10 * 60_000;

export interface Queue {
  /** Images that nobody holds and that are offered to this person. */
  readonly remaining: number;
  /** When the lease ends; null while nothing is held. */
  readonly until: string | null;
}

/** Few are left and there are more: the next ones come before the last one is done. */
export function wantsMore(queue: Queue | null, held: number): boolean {
  return queue === null || (held < FEW && queue.remaining > 0);
}

/** The lease ends soon. An image whose lease has ended may be somebody else's by now. */
export function wantsRenewal(queue: Queue | null, held: number, now: number): boolean {
  return queue?.until != null && held > 0 && Date.parse(queue.until) - now < RENEWED_BEFORE_MS;
}
