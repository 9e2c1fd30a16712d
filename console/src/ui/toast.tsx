import { X } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useText } from "@/text/text";
import { IconButton } from "./button";
import { classes } from "./classes";
import styles from "./toast.module.css";

export interface Toast {
  id: number;
  tone: "info" | "danger";
  content: ReactNode;
}

const STAYS_MS = 6000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function put(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says what happened, at the lower edge. A fault stays until it is closed. */
export function toast(content: ReactNode, tone: Toast["tone"] = "info"): void {
  last += 1;
  const id = last;
  put([...toasts.slice(-3), { id, tone, content }]);
  if (tone === "info") setTimeout(() => dismiss(id), STAYS_MS);
}

function dismiss(id: number) {
  put(toasts.filter((one) => one.id !== id));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const text = useText();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section className={styles.toasts} aria-live="polite" aria-label={text("shell.messages")}>
      {shown.map((one) => (
        <div key={one.id} className={classes(styles.toast, one.tone === "danger" && styles.danger)}>
          <div className={styles.text}>{one.content}</div>
          <IconButton label={text("action.close")} onClick={() => dismiss(one.id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </section>
  );
}
