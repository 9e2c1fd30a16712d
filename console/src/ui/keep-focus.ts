import type { MouseEvent } from "react";

/** For what must not take the focus by mouse, so that keys stay with the page. Whatever has it loses it, as on any click,
 * except in a dialog, which keeps the focus inside. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
  const present = document.activeElement;
  if (present instanceof HTMLElement && !present.closest('[role="dialog"]')) present.blur();
}
