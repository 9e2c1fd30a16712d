/** What was done in this session, newest first, each with its undo. */
import type { Done } from "@/labeling/undo";
import { type Translate, useText } from "@/text/text";
import { Button } from "@/ui/button";
import { When } from "@/ui/when";
import { useBench, useBenchState } from "./bench-context";
import styles from "./side-panel.module.css";

export function Past() {
  const past = useBenchState((state) => state.past);
  return (
    <ul className={styles.past}>
      {past.map((done) => (
        <Change key={done.changeId} done={done} />
      ))}
    </ul>
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

function aboutText({ about }: Done, text: Translate): string {
  const [first = "", second = ""] = about.labels.map(shortened);
  const labels = about.labels.map(shortened).join(", ");
  return text(`undo.about.${about.kind}`, { labels, first, second, images: about.images });
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 10).join("")}…${letters.slice(-9).join("")}` : name;
}
