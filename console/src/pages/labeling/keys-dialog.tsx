/** `?`: every key, and what it does. A click on one waits for another. */
import { useState } from "react";
import { ACTIONS, type Action, DEFAULT_KEYS, keysOfLabels, nameOf, rebound } from "@/labeling/keys";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { MiddleText } from "@/ui/middle-text";
import { shownKeys } from "@/ui/shown-keys";
import { useBenchState } from "./bench-context";
import { useDialogs } from "./dialogs";
import { useKeymap, useSetKeymap } from "./keymap";
import styles from "./keys-dialog.module.css";

const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];

export function KeysDialog() {
  const text = useText();
  const { close } = useDialogs();
  const keymap = useKeymap();
  const setKeymap = useSetKeymap();
  const labels = useBenchState((state) => state.labels);
  const labelKeys = keysOfLabels(labels);
  const [waiting, setWaiting] = useState<Action | null>(null);
  return (
    <Dialog
      title={text("keys.title")}
      about={text("keys.about")}
      size="large"
      onClose={close}
      footer={<Button onClick={() => setKeymap(DEFAULT_KEYS)}>{text("keys.reset")}</Button>}
    >
      <dl className={styles.keys}>
        {ACTIONS.map((action) => (
          <div key={action} className={styles.row}>
            <dt>{text(`keys.${action}`)}</dt>
            <dd>
              {labelKeys.has(keymap[action]) ? (
                <small className={styles.taken}>
                  {text("keys.taken", { label: labelKeys.get(keymap[action])?.name })}
                </small>
              ) : null}
              <button
                type="button"
                className={styles.key}
                aria-label={text("keys.change", {
                  action: text(`keys.${action}`),
                  key: shownKeys(keymap[action]) || "–",
                })}
                onClick={() => setWaiting(action)}
                onKeyDown={(event) => {
                  if (waiting !== action || MODIFIERS.includes(event.key)) return;
                  event.preventDefault();
                  event.stopPropagation();
                  setKeymap(rebound(keymap, action, nameOf(event)));
                  setWaiting(null);
                }}
                onBlur={() => setWaiting(null)}
              >
                {waiting === action ? text("keys.press") : <kbd>{shownKeys(keymap[action]) || "–"}</kbd>}
              </button>
            </dd>
          </div>
        ))}
        {FIXED.map(([key, label]) => (
          <div key={key} className={styles.row}>
            <dt>{text(label)}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <h2>{text("keys.labels")}</h2>
      <dl className={styles.keys}>
        {[...labelKeys].map(([key, label]) => (
          <div key={key} className={styles.row}>
            <dt className={styles.name}>
              <MiddleText>{label.name}</MiddleText>
            </dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

const FIXED = [
  ["← → ↑ ↓", "keys.move"],
  ["Shift ← → ↑ ↓", "keys.extend"],
  ["Home End", "keys.ends"],
] as const;
