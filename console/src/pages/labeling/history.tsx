/** Undo, and what was done in this session. */
import { Undo2 } from "lucide-react";
import { undoable } from "@/labeling/undo";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { shownKeys } from "@/ui/shown-keys";
import { useBench, useBenchState } from "./bench-context";
import { useKeymap } from "./keymap";
import { Later } from "./later";
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
        <Later part="past" />
      </Popover>
    </div>
  );
}
