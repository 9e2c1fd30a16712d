/** Undo, and what was done in this session. */
import { Undo2 } from "lucide-react";
import type { Done } from "@/labeling/undo";
import { undoable } from "@/labeling/undo";
import { type Translate, useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { shownKeys } from "@/ui/shown-keys";
import { When } from "@/ui/when";
import { useBench, useBenchState } from "./bench-context";
import { useKeymap } from "./keymap";
import styles from "./side-panel.module.css";

export function History() {
  const text = useText();
  const bench = useBench();
  const keymap = useKeymap();
  const past = useBenchState((state) => state.past);
  const unsent = useBenchState((state) => state.board.outbox.length > 0);
  return (
    <div className={styles.history}>
      <Button
        look="quiet"
        icon={<Undo2 aria-hidden />}
        disabled={undoable(past) === null && !unsent}
        onClick={() => void bench.undoLast()}
      >
        {text("undo.undo")}
        {keymap.undo ? <kbd>{shownKeys(keymap.undo).replaceAll("+", " ")}</kbd> : null}
      </Button>
      <Popover
        align="end"
        label={text("undo.history")}
        trigger={
          <Button look="quiet" disabled={past.length === 0}>
            {text("undo.history")}
          </Button>
        }
      >
        <ul className={styles.past}>
          {past.map((done) => (
            <Change key={done.changeId} done={done} />
          ))}
        </ul>
      </Popover>
    </div>
  );
}

function Change({ done }: { done: Done }) {
  const text = useText();
  const bench = useBench();
  return (
    <li className={styles.change}>
      <span className={styles.what}>
        {aboutText(done, text)}
        <small>
          <When at={done.at} />
          {done.left > 0 ? ` · ${text("undo.left", { left: done.left })}` : ""}
        </small>
      </span>
      {done.state === "undone" ? (
        <small>{text("undo.undone")}</small>
      ) : (
        <Button look="quiet" busy={done.state === "undoing"} onClick={() => void bench.undo(done.changeId)}>
          {text("undo.undo")}
        </Button>
      )}
    </li>
  );
}

const LONGEST = 40;

export function aboutText({ about }: Done, text: Translate): string {
  const [first = "", second = ""] = about.labels.map(shortened);
  const labels = about.labels.map(shortened).join(", ");
  return text(`undo.about.${about.kind}`, { labels, first, second, images: about.images });
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 10).join("")}…${letters.slice(-9).join("")}` : name;
}
