import { useEffect, useEffectEvent, useRef } from "react";

const FIRST_MS = 5_000;
const MOST = 5;

/** Asks again for a picture that did not come: after five seconds, then after twice as long, and whenever the network is back. */
export function useAgain(isBroken: boolean, ask: () => void): void {
  const asked = useRef(0);
  const again = useEffectEvent(() => {
    asked.current += 1;
    ask();
  });
  useEffect(() => {
    if (!isBroken) return;
    const waits = navigator.onLine && asked.current < MOST;
    const timer = waits ? setTimeout(() => again(), FIRST_MS * 2 ** asked.current) : undefined;
    const online = () => again();
    window.addEventListener("online", online);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", online);
    };
  }, [isBroken]);
}
