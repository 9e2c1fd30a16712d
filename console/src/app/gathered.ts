/** What is told again and again becomes one call: `delay` milliseconds after the first, with all that came meanwhile. */
export interface Gathered {
  tell: () => void;
  stop: () => void;
}

export function gathered(act: () => void, delay: () => number): Gathered {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    tell: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, delay());
    },
    stop: () => clearTimeout(timer),
  };
}
