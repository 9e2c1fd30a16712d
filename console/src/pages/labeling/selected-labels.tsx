/** *Labels of Selected Images*: how many carry each; ✎ changes it on the selection, 🗑 takes it off the selection. */
import { useQuery } from "@tanstack/react-query";
import { Check, Flame, Pencil, Trash2, X } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { useIntl } from "react-intl";
import { readStatistics } from "@/api/items";
import { labelsOf, refOfGiven, waits } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { TextInput } from "@/ui/field";
import { MiddleText } from "@/ui/middle-text";
import { targetsOf, useBench, useBenchState, useCounts } from "./bench-context";
import { useKeymap } from "./keymap";
import { useLabelColor } from "./label-tag";
import styles from "./side-panel.module.css";
import { useClosedReason, useLabeling } from "./use-labeling";
import { itemsOf } from "./workbench/state";

interface Row {
  labelId: string;
  name: string;
  count: number;
}

export function SelectedLabels() {
  const text = useText();
  const { edit } = useLabeling();
  const { count, rows, isHard } = useSelected();
  const keymap = useKeymap();
  const closed = useClosedReason();
  if (count === 0) return null;
  return (
    <section className={styles.section} aria-label={text("labels.selected", { count })}>
      <div className={styles.heading}>
        <h2>{text("labels.selected", { count })}</h2>
        <IconButton
          label={text("labels.hard")}
          keys={keymap.hard}
          disabledReason={closed}
          aria-pressed={isHard}
          onClick={() => edit({ hard: !isHard })}
        >
          <Flame />
        </IconButton>
      </div>
      {rows.length === 0 ? <p className={styles.hint}>{text("labels.selectedNone")}</p> : null}
      <div className={styles.chosen}>
        {rows.map((row) => (
          <SelectedLabel key={row.labelId} row={row} />
        ))}
      </div>
      <Waiting />
    </section>
  );
}

/** The selection, or all that match: then the server counts. */
function useSelected(): { count: number; rows: Row[]; isHard: boolean } {
  const { place, jobId } = useBench();
  const board = useBenchState((state) => state.board);
  const selection = useBenchState((state) => state.selection);
  const focus = useBenchState((state) => state.focus);
  const matching = useBenchState((state) => state.matching);
  const filter = useBenchState((state) => state.view.filter);
  const { data } = useQuery({
    queryKey: ["jobs", jobId, "matching", filter],
    queryFn: () => readStatistics(jobId, filter),
    enabled: matching,
  });
  return useMemo(() => {
    if (matching && data) {
      const rows = data.labels
        .map((each) => ({ labelId: String(each.label_id), name: String(each.name), count: Number(each.count) }))
        .filter((row) => row.count > 0);
      return { count: data.total, rows, isHard: data.hard === data.total };
    }
    // The values that the rows are made of, named so that they are made anew with them.
    void [board, selection, focus];
    const items = itemsOf(place.get(), targetsOf(place.get()));
    return { count: items.length, rows: labelsOf(items), isHard: items.length > 0 && items.every((item) => item.hard) };
  }, [matching, data, place, board, selection, focus]);
}

function SelectedLabel({ row }: { row: Row }) {
  const text = useText();
  const intl = useIntl();
  const { edit } = useLabeling();
  const color = useLabelColor(row.labelId, row.name);
  const [changing, setChanging] = useState(false);
  const ref = refOfGiven(row);
  const closed = useClosedReason();
  if (changing) return <ChangedName row={row} onClose={() => setChanging(false)} />;
  return (
    <div className={styles.row} data-selected-label={row.name}>
      <Dot color={color} />
      <span className={styles.name}>
        <MiddleText>{row.name}</MiddleText>
      </span>
      <span className={styles.count}>{intl.formatNumber(row.count)}</span>
      <span className={styles.tools}>
        <IconButton
          label={text("labels.change", { label: row.name })}
          disabledReason={closed}
          onClick={() => setChanging(true)}
        >
          <Pencil />
        </IconButton>
        <IconButton
          label={text("labels.takeOff", { label: row.name })}
          disabledReason={closed}
          onClick={() => edit({ remove: [ref] })}
        >
          <Trash2 />
        </IconButton>
      </span>
    </div>
  );
}

function ChangedName({ row, onClose }: { row: Row; onClose: () => void }) {
  const text = useText();
  const { edit } = useLabeling();
  const labels = useBenchState((state) => state.labels);
  const [name, setName] = useState(row.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = name.trim().normalize("NFC");
    if (wanted !== "" && wanted !== row.name) {
      const known = labels.find((label) => label.name === wanted);
      edit({ replace: { from: refOfGiven(row), to: { id: known?.id ?? null, name: wanted } } });
    }
    onClose();
  };
  return (
    <form className={styles.row} onSubmit={submit}>
      <TextInput
        aria-label={text("labels.change", { label: row.name })}
        dir="auto"
        autoFocus
        list="all-labels"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
      />
      <datalist id="all-labels">
        {labels.slice(0, 200).map((label) => (
          <option key={label.id} value={label.name} />
        ))}
      </datalist>
      <span className={styles.tools}>
        <IconButton type="submit" label={text("labels.changeDone")}>
          <Check />
        </IconButton>
        <IconButton label={text("action.cancel")} onClick={onClose}>
          <X />
        </IconButton>
      </span>
    </form>
  );
}

/** What was proposed for the selection is confirmed or rejected; confirming also says that a changed file was looked at. */
function Waiting() {
  const text = useText();
  const { decide } = useLabeling();
  const matching = useBenchState((state) => state.matching);
  const counts = useCounts();
  const closed = useClosedReason();
  const areSome = useBenchState((state) =>
    itemsOf(state, targetsOf(state)).some((item) => item.contentChanged || item.labels.some(waits)),
  );
  if (closed !== null || (!areSome && !(matching && counts?.to_confirm))) return null;
  return (
    <div className={styles.box}>
      <Button icon={<Check aria-hidden />} onClick={() => decide("confirm")}>
        {text("labels.confirm")}
      </Button>
      <Button look="quiet" icon={<X aria-hidden />} onClick={() => decide("reject")}>
        {text("labels.reject")}
      </Button>
    </div>
  );
}
