import { useEffect, useRef, useState } from "react";

const TYPING_MS = 250;

/** A text while it is typed; it is told a moment after the last key. What comes from outside replaces it, but not what was told
 * itself: that may come back when more has been typed. */
export function useTyped(value: string, onTyped: (text: string) => void): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useRef(onTyped);
  tell.current = onTyped;
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === told.current) return;
    const timer = setTimeout(() => {
      told.current = typed;
      tell.current(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
