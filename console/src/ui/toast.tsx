import { X } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useText } from "@/text/text";
import { Button, IconButton } from "./button";
import { classes } from "./classes";
import styles from "./toast.module.css";

export interface Toast {
  id: number;
  tone: "info" | "danger";
  content: ReactNode;
  action: ToastAction | null;
}

/** What can be done about it, as *Undo*. */
export interface ToastAction {
  label: string;
  run: () => void;
}

const STAYS_MS = 6_000;
/** Long enough to be reached. */
const WITH_ACTION_MS = 15_000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function put(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says what happened, at the lower edge. A fault stays until it is closed. */
export function toast(content: ReactNode, tone: Toast["tone"] = "info", action: ToastAction | null = null): void {
  last += 1;
  const id = last;
  put([...toasts.slice(-3), { id, tone, content, action }]);
  if (tone === "info") setTimeout(() => dismiss(id), action ? WITH_ACTION_MS : STAYS_MS);
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
          {one.action ? <ActionButton id={one.id} action={one.action} /> : null}
          <IconButton label={text("action.close")} onClick={() => dismiss(one.id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </section>
  );
}

function ActionButton({ id, action }: { id: number; action: ToastAction }) {
  const run = () => {
    dismiss(id);
    action.run();
  };
  return <Button onClick={run}>{action.label}</Button>;
}
