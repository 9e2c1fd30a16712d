/** Loads pictures a few at a time. A browser has six connections to a gateway; if all of them waited for thumbnails, labels
 * would have to wait, too. What is on the screen goes first, in its order; what is loaded in advance goes last. */

const AT_ONCE = 4;

interface Wanted {
  start: () => void;
}

export class PictureQueue {
  private loading = 0;
  private readonly now: Wanted[] = [];
  private readonly later: Wanted[] = [];

  /** Calls `start` when there is room. What is returned ends it: call it when the picture is there, or not wanted any more. */
  add(start: () => void, isAhead = false): () => void {
    let state: "waiting" | "loading" | "over" = "waiting";
    const wanted: Wanted = {
      start: () => {
        state = "loading";
        start();
      },
    };
    const queue = isAhead ? this.later : this.now;
    queue.push(wanted);
    this.next();
    return () => {
      if (state === "waiting") queue.splice(queue.indexOf(wanted), 1);
      if (state === "loading") this.loading -= 1;
      state = "over";
      this.next();
    };
  }

  private next(): void {
    while (this.loading < AT_ONCE) {
      const wanted = this.now.shift() ?? this.later.shift();
      if (wanted === undefined) return;
      this.loading += 1;
      wanted.start();
    }
  }
}

export const pictures = new PictureQueue();

const MOST_REMEMBERED = 5_000;
const there = new Set<string>();

/** The browser has this picture: it is shown at once, without waiting for its turn. */
export function isThere(source: string): boolean {
  return there.has(source);
}

export function rememberPicture(source: string): void {
  there.delete(source);
  there.add(source);
  const [oldest] = there;
  if (there.size > MOST_REMEMBERED && oldest !== undefined) there.delete(oldest);
}

/** Has the browser load a picture at once. It loads six at a time by itself, and what is asked for besides goes before them. */
export function loadPicture(source: string): void {
  const image = new Image();
  image.onload = () => rememberPicture(source);
  image.src = source;
}

/** Brings a picture into the browser's cache before it is seen. What is returned calls it off. */
export function preloadPicture(source: string): () => void {
  const image = new Image();
  const end = pictures.add(() => {
    // There may be room at once, and then `end` is not there yet.
    const over = () => queueMicrotask(() => end());
    if (isThere(source)) return over();
    image.onload = () => {
      rememberPicture(source);
      over();
    };
    image.onerror = over;
    image.src = source;
  }, true);
  return end;
}
