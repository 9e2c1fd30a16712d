/** One image: whole, never cropped; its labels below; the box to select it at the upper left. */
import { Check, FileWarning, Flame, Hourglass, Undo2 } from "lucide-react";
import { Fragment, type MouseEvent, memo } from "react";
import { type Item, type Review, thumbnailOf } from "@/labeling/items";
import { rangedTo, toggled } from "@/labeling/selection";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import { keepFocus } from "@/ui/keep-focus";
import { pageIds, select, useBench, useBenchParts } from "./bench-context";
import { initialsOf } from "./initials";
import { LabelTag } from "./label-tag";
import { Picture, Unreadable } from "./picture";
import styles from "./tile.module.css";

interface Props {
  id: string;
  column: number;
  imageSize: number;
  nameOf: (account: string) => string;
}

const SHOWN_LABELS = 3;

export const tileId = (id: string) => `tile-${id}`;

export const Tile = memo(function Tile({ id, column, imageSize, nameOf }: Props) {
  const text = useText();
  const bench = useBench();
  const { item, isSelected, isCursor, isWaiting, glows, stroke } = useBenchParts(
    ({ board, selection, glowing, brush }) => ({
      item: board.shown.get(id),
      isSelected: selection.ids.has(id),
      isCursor: selection.cursor === id,
      isWaiting: board.known.get(id) !== board.shown.get(id),
      glows: glowing.has(id),
      stroke: brush.stroke?.ids.has(id) ? brush.stroke.gives : null,
    }),
  );
  if (item === undefined) return <div id={tileId(id)} role="gridcell" className={styles.tile} aria-colindex={column} />;

  const onSelect = (event: MouseEvent<HTMLInputElement>) => {
    const extend = event.shiftKey;
    const ids = pageIds(bench.place.get());
    select(bench.place, (selection) => (extend ? rangedTo(selection, id, ids) : toggled(selection, id)));
  };

  return (
    <div
      id={tileId(id)}
      role="gridcell"
      aria-colindex={column}
      aria-selected={isSelected}
      aria-labelledby={`picture-${id} grade-${id} caption-${id} marks-${id}`}
      data-item={id}
      data-path={item.path}
      data-status={item.status}
      className={classes(
        styles.tile,
        isSelected && styles.selected,
        isCursor && styles.cursor,
        glows && styles.glows,
        stroke === true && styles.given,
        stroke === false && styles.taken,
      )}
    >
      {item.unreadable === undefined ? (
        <Picture key={`${item.thumbnail} ${imageSize}`} id={`picture-${id}`} src={thumbnailOf(item, imageSize)} />
      ) : (
        <Unreadable id={`picture-${id}`} reason={item.unreadable} />
      )}
      <input
        type="checkbox"
        className={styles.box}
        tabIndex={-1}
        checked={isSelected}
        aria-label={text("labeling.select", { name: item.name })}
        onMouseDown={keepFocus}
        onClick={onSelect}
        onChange={() => undefined}
      />
      {/* Spaces between texts: what is seen is part of the tile's name, word by word. */} <Marks item={item} />{" "}
      <div id={`caption-${id}`} className={styles.caption}>
        <Labels item={item} nameOf={nameOf} />{" "}
        {item.review?.state === "rejected" && item.review.reason ? (
          <span className={classes(styles.name, styles.rejection)} dir="auto" title={item.review.reason}>
            {item.review.reason}
          </span>
        ) : (
          <span className={styles.name} dir="auto" title={item.path}>
            {item.name}
          </span>
        )}
      </div>
      {isWaiting ? <span className={styles.waiting} role="img" aria-label={text("labeling.notSaved")} /> : null}
    </div>
  );
});

/** What is to be known of an image besides its labels, at the upper right. */
function Marks({ item }: { item: Item }) {
  const text = useText();
  if (!item.review && !item.contentChanged && !item.hard) return null;
  return (
    <span id={`marks-${item.id}`} className={styles.marks}>
      {item.review ? <ReviewMark id={item.id} review={item.review} /> : null}
      {item.contentChanged ? (
        <span className={classes(styles.mark, styles.warning)} title={text("labeling.contentChanged")}>
          <FileWarning role="img" aria-label={text("labeling.contentChanged")} />
        </span>
      ) : null}
      {item.hard ? (
        <span className={classes(styles.mark, styles.warning)} title={text("labeling.hard")}>
          <Flame role="img" aria-label={text("labeling.hard")} />
        </span>
      ) : null}
    </span>
  );
}

const REVIEW_MARKS = {
  pending: { icon: Hourglass, style: styles.pending },
  accepted: { icon: Check, style: styles.accepted },
  rejected: { icon: Undo2, style: styles.rejected },
};

function ReviewMark({ id, review }: { id: string; review: Review }) {
  const text = useText();
  const { icon: Icon, style } = REVIEW_MARKS[review.state];
  const said = text("review.told", {
    state: text(`criterion.review.${review.state}`),
    grade: review.grade ?? "",
  }).trim();
  return (
    <span className={classes(styles.mark, style)} title={said}>
      <Icon role="img" aria-label={said} />
      {/* Part of the tile's name where it is seen; here the icon says it. */}
      <span id={`grade-${id}`} aria-hidden>
        {review.grade}
      </span>
    </span>
  );
}

function Labels({ item, nameOf }: { item: Item; nameOf: (account: string) => string }) {
  if (item.labels.length === 0) return <span className={styles.none}>–</span>;
  return (
    <span className={styles.labels}>
      {item.labels.slice(0, SHOWN_LABELS).map((given) => (
        <Fragment key={given.labelId}>
          <LabelTag given={given} />{" "}
        </Fragment>
      ))}
      {item.labels.length > SHOWN_LABELS ? (
        <span className={styles.more}>+{item.labels.length - SHOWN_LABELS}</span>
      ) : null}{" "}
      <Givers item={item} nameOf={nameOf} />
    </span>
  );
}

/** Who labeled it, in a few letters; the names in the tooltip. */
function Givers({ item, nameOf }: { item: Item; nameOf: (account: string) => string }) {
  const names = [...new Set(item.labels.filter((given) => given.source === "person").map((given) => given.by))]
    .filter(Boolean)
    .map(nameOf);
  if (names.length === 0) return null;
  return (
    <span className={styles.who} title={names.join(", ")}>
      {names.length === 1 ? initialsOf(names[0] ?? "") : `${initialsOf(names[0] ?? "")}+${names.length - 1}`}
    </span>
  );
}
