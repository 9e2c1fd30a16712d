/** Below an image: its labels with who gave them and when, and what happened to it before. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import type { ItemChange } from "@/api/items";
import { readItem } from "@/api/items";
import { type Item, refOfGiven } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { When } from "@/ui/when";
import { useBench } from "./bench-context";
import styles from "./item-facts.module.css";
import { LabelTag } from "./label-tag";
import { usePeople } from "./people";
import { ReviewFacts } from "./review-facts";
import { useClosedReason } from "./use-labeling";

export function ItemFacts({ item }: { item: Item }) {
  const text = useText();
  const bench = useBench();
  const nameOf = usePeople();
  const closed = useClosedReason();
  const [showsHistory, setHistory] = useState(false);
  return (
    <div className={styles.facts}>
      <div className={styles.line}>
        <span className={styles.path} dir="auto" title={item.path}>
          {item.path}
        </span>
        <Button look="quiet" aria-expanded={showsHistory} onClick={() => setHistory(!showsHistory)}>
          {text("item.history")}
        </Button>
      </div>
      {item.unreadable === undefined ? null : (
        <p className={styles.changed} role="status">
          {text("labeling.unreadable", { reason: item.unreadable })}
        </p>
      )}
      {item.contentChanged ? (
        <p className={styles.changed} role="status">
          {text("labeling.contentChanged")}
        </p>
      ) : null}
      <ul className={styles.labels} aria-label={text("item.labels")}>
        {item.labels.map((given) => (
          <li key={given.labelId} className={styles.label}>
            <LabelTag given={given} />
            <span className={styles.by}>
              {nameOf(given.by)} · <When at={given.at} />
            </span>
            <IconButton
              label={text("item.takeOff", { label: given.name })}
              disabledReason={closed}
              onClick={() => bench.edit([item.id], { remove: [refOfGiven(given)] })}
            >
              <X />
            </IconButton>
          </li>
        ))}
        {item.labels.length === 0 ? <li className={styles.by}>{text("labels.noLabel")}</li> : null}
      </ul>
      <ReviewFacts item={item} />
      {showsHistory ? <ItemHistory id={item.id} version={item.version} /> : null}
    </div>
  );
}

function ItemHistory({ id, version }: { id: string; version: number }) {
  const text = useText();
  const { jobId } = useBench();
  const { data } = useQuery({
    queryKey: ["jobs", jobId, "item", id, version],
    queryFn: () => readItem(jobId, id),
  });
  if (!data) return null;
  if (data.changes.length === 0) return <p className={styles.by}>{text("item.noHistory")}</p>;
  return (
    <ol className={styles.history} aria-label={text("item.history")}>
      {data.changes.map((change) => (
        <ChangeLine key={change.seq} change={change} />
      ))}
    </ol>
  );
}

function ChangeLine({ change }: { change: ItemChange }) {
  const text = useText();
  const nameOf = usePeople();
  const names = (state: ItemChange["after"]) =>
    state?.labels.map((label) => label.name).join(", ") || text("labels.noLabel");
  const who = change.actor.kind === "person" ? nameOf(change.actor.id) : text(`item.actor.${change.actor.kind}`);
  return (
    <li>
      <span className={styles.by}>
        <When at={change.at} /> · {who}
      </span>
      <span dir="auto" className={styles.change}>
        {text("item.change", { before: names(change.before), after: names(change.after) })}
      </span>
    </li>
  );
}
