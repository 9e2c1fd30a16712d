/** Focus: one image, large; its neighbours in a strip; a label's key gives the label and goes on. */
import { Flag } from "lucide-react";
import { useEffect, useMemo } from "react";
import { SEVERAL_LABELS, useChoosePreferences } from "@/app/account-preferences";
import { Fault } from "@/app/fault";
import { isClosed, mayReview } from "@/app/job-rights";
import { usePreferences } from "@/app/preferences";
import { around, goneTo, present } from "@/labeling/focus";
import { type Item, thumbnailOf } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Empty } from "@/ui/empty";
import { Checkbox } from "@/ui/field";
import { keepFocus } from "@/ui/keep-focus";
import { shownKeys } from "@/ui/shown-keys";
import { useBench, useBenchState } from "./bench-context";
import { useDialogs } from "./dialogs";
import { Modes } from "./filter-bar";
import styles from "./focus-view.module.css";
import { ItemFacts } from "./item-facts";
import { useKeymap } from "./keymap";
import { LabelKeys } from "./label-keys";
import { useLabelColor } from "./label-tag";
import { Picture, Unreadable } from "./picture";
import { useModeNavigation } from "./use-mode";
import { preloadPicture } from "./workbench/picture-queue";
import { Zoomable } from "./zoomable";

const AHEAD = 6;
const STRIP = 12;

/** What the keys do here; whoever may judge what waits for it is told that. */
function Hint({ item, several }: { item: Item; several: boolean }) {
  const text = useText();
  const keymap = useKeymap();
  const { job } = useDialogs();
  const judges = item.review?.state === "pending" && mayReview(job) && !isClosed(job);
  const keys = {
    first: shownKeys(keymap["review.A"]),
    last: shownKeys(keymap["review.D"]),
    reject: shownKeys(keymap["review.reject"]),
  };
  return (
    <span className={styles.hint}>
      {judges ? text("focus.hintReview", keys) : text(several ? "focus.hintSeveral" : "focus.hint")}
    </span>
  );
}

export function FocusView() {
  const text = useText();
  const bench = useBench();
  const focus = useBenchState((state) => state.focus);
  const id = focus && present(focus);
  const item = useBenchState((state) => (id ? state.board.shown.get(id) : undefined));
  const hasEnded = useBenchState((state) => state.paging.ended);
  const fault = useBenchState((state) => state.fault);
  const leave = useLeaveFocus();
  const { several } = usePreferences();
  const choose = useChoosePreferences();
  usePreloading();

  if (item === undefined && fault) return <Fault error={fault} retry={() => void bench.loader.recover()} />;
  // What is not known to be the end is not told as one: more is on its way.
  if (focus === null || (item === undefined && !hasEnded)) return null;
  if (item === undefined) {
    return (
      <Empty
        icon={<Flag aria-hidden />}
        title={text("focus.end")}
        actions={<Button onClick={leave}>{text("focus.leave")}</Button>}
      >
        {text("focus.endAbout")}
      </Empty>
    );
  }
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <span className={styles.place}>
          {text("preview.place", { place: focus.place + 1, count: focus.order.length })}
        </span>
        <Hint item={item} several={several} />
        <Checkbox
          checked={several}
          onChange={(event) => choose({ console: { [SEVERAL_LABELS]: event.target.checked } })}
        >
          {text("focus.several")}
        </Checkbox>
        <Modes />
      </div>
      <Zoomable key={item.id} src={item.content} alt={item.name} />
      <LabelKeys />
      <ItemFacts item={item} />
      <div className={styles.strip}>
        {around(focus, STRIP / 2, STRIP).map((each) => (
          <Neighbour
            key={each}
            id={each}
            isPresent={each === id}
            onOpen={() =>
              bench.place.update((state) => (state.focus ? { ...state, focus: goneTo(state.focus, each) } : state))
            }
          />
        ))}
      </div>
    </div>
  );
}

function Neighbour({ id, isPresent, onOpen }: { id: string; isPresent: boolean; onOpen: () => void }) {
  const item = useBenchState((state) => state.board.shown.get(id));
  const label = item?.labels[0];
  const color = useLabelColor(label?.labelId ?? "", label?.name ?? "");
  if (item === undefined) return null;
  return (
    <button
      type="button"
      className={classes(styles.neighbour, isPresent && styles.present)}
      aria-label={[item.name, ...item.labels.map((given) => given.name), item.unreadable].filter(Boolean).join(", ")}
      aria-current={isPresent}
      onMouseDown={keepFocus}
      onClick={onOpen}
    >
      {item.unreadable === undefined ? (
        <Picture key={item.thumbnail} src={thumbnailOf(item, 128)} />
      ) : (
        <Unreadable reason={item.unreadable} small />
      )}
      {label ? <span className={styles.mark} style={{ background: color }} /> : null}
    </button>
  );
}

function useLeaveFocus(): () => void {
  const navigate = useModeNavigation();
  return () => navigate("grid");
}

/** The next images are there before they are wanted; when few are left, more of the list is loaded. */
function usePreloading(): void {
  const bench = useBench();
  const focus = useBenchState((state) => state.focus);
  const shown = useBenchState((state) => state.board.shown);
  const ahead = useMemo(() => (focus ? around(focus, 0, AHEAD).slice(1) : []), [focus]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each step
  useEffect(() => {
    for (const id of ahead) {
      const item = shown.get(id);
      if (item && item.unreadable === undefined) preloadPicture(item.content);
    }
  }, [ahead]);
  const isFew = focus !== null && focus.order.length - focus.place < 3 * AHEAD;
  const { cursor, ended } = useBenchState((state) => state.paging);
  const fault = useBenchState((state) => state.fault);
  // biome-ignore lint/correctness/useExhaustiveDependencies: again after each stretch, for some bring nothing new
  useEffect(() => {
    if (isFew && !ended && !fault) void bench.loader.more();
  }, [bench, isFew, cursor, ended, fault]);
}
