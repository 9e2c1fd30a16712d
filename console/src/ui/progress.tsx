import type { CSSProperties } from "react";
import { classes } from "./classes";
import styles from "./progress.module.css";

interface Props {
  /** Null while nobody knows how much there is. */
  done: number | null;
  total: number;
  label: string;
  className?: string;
}

export function Progress({ done, total, label, className }: Props) {
  const share = done === null || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      {...(done === null ? {} : { "aria-valuenow": done })}
      className={classes(styles.track, done === null && styles.unknown, className)}
    >
      <div className={styles.bar} style={{ "--share": share } as CSSProperties} />
    </div>
  );
}
