/** Images that somebody else changed first: both values, and what to do. Nothing is lost silently. */
import type { Conflict } from "@/labeling/conflicts";
import { type Item, thumbnailOf } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Image } from "@/ui/image";
import { Notice } from "@/ui/notice";
import { useBench, useBenchState } from "./bench-context";
import styles from "./conflicts.module.css";
import { LabelTag } from "./label-tag";
import { usePeople } from "./people";

const SHOWN = 3;

export function Conflicts() {
  const text = useText();
  const bench = useBench();
  const conflicts = useBenchState((state) => state.conflicts);
  if (conflicts.length === 0) return null;
  const resolveAll = (resolution: "theirs" | "mine" | "both") => {
    for (const conflict of conflicts) bench.resolve(conflict, resolution);
  };
  return (
    <section className={styles.conflicts} aria-label={text("conflicts.title", { count: conflicts.length })}>
      <Notice
        tone="warn"
        title={text("conflicts.title", { count: conflicts.length })}
        actions={
          conflicts.length > 1 ? (
            <span className={styles.actions}>
              <Button onClick={() => resolveAll("theirs")}>{text("conflicts.allTheirs")}</Button>
              <Button onClick={() => resolveAll("mine")}>{text("conflicts.allMine")}</Button>
            </span>
          ) : null
        }
      >
        <ul className={styles.list}>
          {conflicts.slice(0, SHOWN).map((conflict) => (
            <OneConflict key={conflict.id} conflict={conflict} />
          ))}
        </ul>
      </Notice>
    </section>
  );
}

function OneConflict({ conflict }: { conflict: Conflict }) {
  const text = useText();
  const bench = useBench();
  const nameOf = usePeople();
  const { mine, theirs } = conflict;
  const who = theirs.labels.findLast((given) => given.by !== bench.place.get().board.me);
  return (
    <li className={styles.conflict}>
      <Image src={thumbnailOf(theirs, 128)} alt={theirs.name} className={styles.picture} />
      <Value
        title={who ? text("conflicts.theirsBy", { name: nameOf(who.by) }) : text("conflicts.theirs")}
        item={theirs}
      />
      <Value title={text("conflicts.mine")} item={mine} />
      <span className={styles.actions}>
        <Button onClick={() => bench.resolve(conflict, "theirs")}>{text("conflicts.keepTheirs")}</Button>
        <Button onClick={() => bench.resolve(conflict, "mine")}>{text("conflicts.useMine")}</Button>
        <Button onClick={() => bench.resolve(conflict, "both")}>{text("conflicts.keepBoth")}</Button>
      </span>
    </li>
  );
}

function Value({ title, item }: { title: string; item: Item }) {
  const text = useText();
  return (
    <span className={styles.value}>
      <small>{title}</small>
      <span className={styles.labels}>
        {item.labels.map((given) => (
          <LabelTag key={given.labelId} given={given} />
        ))}
        {item.labels.length === 0 ? text("labels.noLabel") : null}
      </span>
    </span>
  );
}
