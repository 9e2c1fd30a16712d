/** Parts of a page that are loaded later. Without a network they are waited for, and what is shown stays. */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

const PAUSE_MS = 2_000;
const ATTEMPTS = 5;

export interface Surroundings {
  isOnline: () => boolean;
  /** Ends after a pause, or when there is a network again. */
  rest: () => Promise<void>;
}

/** What `load` gives. What fails with a network fails for good after some attempts: the part may not be there any more. */
export async function patiently<T>(load: () => Promise<T>, around: Surroundings = BROWSER): Promise<T> {
  for (let attempts = 1; ; attempts += around.isOnline() ? 1 : 0) {
    try {
      return await load();
    } catch (fault) {
      if (attempts >= ATTEMPTS) throw fault;
    }
    await around.rest();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the properties are those of the component that is loaded
export function patient<C extends ComponentType<any>>(load: () => Promise<{ default: C }>): LazyExoticComponent<C> {
  return lazy(() => patiently(load));
}

const BROWSER: Surroundings = {
  isOnline: () => navigator.onLine,
  rest: () =>
    new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
      window.addEventListener("online", () => resolve(), { once: true });
    }),
};
