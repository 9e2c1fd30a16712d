/** How large thumbnails are shown, kept in this browser; the gateway is asked for what the screen can show. */
import { useSyncExternalStore } from "react";

export const SMALLEST = 64;
export const LARGEST = 320;
const KEY = "labelstream-thumbnail-size";
const KNOWN_SIZES = [64, 128, 256, 512] as const;
const listeners = new Set<() => void>();
let present = kept();

function kept(): number {
  try {
    const size = Number(localStorage.getItem(KEY) ?? 128);
    return size >= SMALLEST && size <= LARGEST ? size : 128;
  } catch {
    return 128;
  }
}

/** A size that was chosen elsewhere, as near as this console shows it. */
export function clampedSize(size: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, size));
}

export function setThumbnailSize(size: number): void {
  present = size;
  try {
    localStorage.setItem(KEY, String(size));
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

export function useThumbnailSize(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => present,
  );
}

/** Few different sizes, so that thumbnails are found in caches. */
export function askedSize(size: number): number {
  const wanted = size * Math.min(2, window.devicePixelRatio || 1);
  return KNOWN_SIZES.find((one) => one >= wanted) ?? 512;
}
