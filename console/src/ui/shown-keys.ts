/** Keys as they are written on the keyboard: `Mod` is ⌘ on Apple's, Ctrl on others; Escape is Esc, as the texts say. */
export function shownKeys(
  keys: string,
  isApple = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? ""),
): string {
  return keys.replace(/^Mod\b/, isApple ? "⌘" : "Ctrl").replace(/\bEscape$/, "Esc");
}
