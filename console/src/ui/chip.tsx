import { X } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import styles from "./chip.module.css";
import { classes } from "./classes";

interface Props {
  children: ReactNode;
  /** The colour of what it stands for, as a dot. */
  color?: string;
  removeLabel?: string;
  onRemove?: () => void;
  onClick?: () => void;
}

export function Chip({ children, color, removeLabel, onRemove, onClick }: Props) {
  return (
    <span className={styles.chip}>
      {color ? <Dot color={color} /> : null}
      {onClick ? (
        <button type="button" className={styles.text} onClick={onClick}>
          {children}
        </button>
      ) : (
        <span className={styles.text}>{children}</span>
      )}
      {onRemove ? (
        <button type="button" className={styles.remove} aria-label={removeLabel} onClick={onRemove}>
          <X aria-hidden />
        </button>
      ) : null}
    </span>
  );
}

export function Dot({ color, className }: { color: string; className?: string }) {
  return <span className={classes(styles.dot, className)} style={{ "--dot": color } as CSSProperties} aria-hidden />;
}

type Tone = "neutral" | "good" | "warn" | "danger" | "accent";

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>;
}
