/** How large thumbnails are shown; the gateway is asked for what the screen can show. */
import { usePreferences } from "@/app/preferences";

const KNOWN_SIZES = [64, 128, 256, 512] as const;

export function useThumbnailSize(): number {
  return usePreferences().thumbnailSize;
}

/** Few different sizes, so that thumbnails are found in caches. */
export function askedSize(size: number): number {
  const wanted = size * Math.min(2, window.devicePixelRatio || 1);
  return KNOWN_SIZES.find((one) => one >= wanted) ?? 512;
}
