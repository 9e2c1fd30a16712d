/** Loads the thumbnails that will be seen first, while the page itself is still being made. They are not loaded a few at a time,
 * as later ones are: while the page is being made, nothing would notice that there is room for the next. */
import { type Item, thumbnailOf } from "@/labeling/items";
import { CAPTION, GAP } from "./grid-layout";
import { askedSize } from "./thumbnail-size";
import { loadPicture } from "./workbench/picture-queue";

/** Tiles are stretched over the width, by half of this at most times. */
const STRETCHED = 1 + 1 / 16;

/** `size` is the size of tiles that the person has chosen, in pixels. How wide they become is known later, so it is estimated:
 * where that is wrong, the tiles load another size. */
export function preloadFirstSight(items: readonly Item[], size: number): void {
  const inSight = Math.ceil((innerWidth * innerHeight) / ((size + GAP) * (size + GAP + CAPTION)));
  for (const item of items.slice(0, inSight)) {
    if (item.unreadable === undefined) loadPicture(thumbnailOf(item, askedSize(size * STRETCHED)));
  }
}
