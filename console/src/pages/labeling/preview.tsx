/** The preview: one image large, its labels and history below, the next one a key away. */
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useEffect, useState } from "react";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { focusWhole } from "@/ui/dialog";
import { MiddleText } from "@/ui/middle-text";
import { pageIds, useBench, useBenchState } from "./bench-context";
import { useDialogs } from "./dialogs";
import { ItemFacts } from "./item-facts";
import { LabelKeys } from "./label-keys";
import styles from "./preview.module.css";
import { Zoomable } from "./zoomable";

export function Preview() {
  const text = useText();
  const { present, open, close } = useDialogs();
  const bench = useBench();
  // The page as it was when the preview opened: what is labeled here stays in its place till it closes.
  const [ids] = useState(() => pageIds(bench.place.get()));
  const id = present?.kind === "preview" ? present.id : "";
  const item = useBenchState((state) => state.board.shown.get(id));
  const place = ids.indexOf(id);
  const previous = ids[place - 1];
  const next = ids[place + 1];

  useEffect(() => {
    bench.place.update((state) => ({ ...state, selection: { ...state.selection, cursor: id || null } }));
  }, [bench, id]);

  useEffect(() => bench.hold(), [bench]);

  // Deleted meanwhile, by whomever: without it there is nothing to close, and the keys would stay with it.
  const isGone = item === undefined;
  useEffect(() => {
    if (isGone) close();
  }, [isGone, close]);

  if (item === undefined) return null;
  return (
    <Radix.Root open onOpenChange={(isOpen) => isOpen || close()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content
          className={styles.preview}
          aria-describedby={undefined}
          onOpenAutoFocus={focusWhole}
          onKeyDown={(event) => {
            if (event.key === "ArrowLeft" && previous) open({ kind: "preview", id: previous });
            if (event.key === "ArrowRight" && next) open({ kind: "preview", id: next });
          }}
        >
          <header className={styles.header}>
            <Radix.Title className={styles.title}>
              <MiddleText>{item.name}</MiddleText>
            </Radix.Title>
            <span className={styles.place}>{text("preview.place", { place: place + 1, count: ids.length })}</span>
            <IconButton
              label={text("preview.previous")}
              keys="←"
              disabled={!previous}
              onClick={() => previous && open({ kind: "preview", id: previous })}
            >
              <ChevronLeft />
            </IconButton>
            <IconButton
              label={text("preview.next")}
              keys="→"
              disabled={!next}
              onClick={() => next && open({ kind: "preview", id: next })}
            >
              <ChevronRight />
            </IconButton>
            <Radix.Close asChild>
              <IconButton label={text("action.close")} keys="Esc">
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <Zoomable key={item.id} src={item.content} alt={item.name} />
          <LabelKeys />
          <ItemFacts item={item} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
