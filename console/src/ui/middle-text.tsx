import styles from "./middle-text.module.css";
import { Tooltip } from "./tooltip";

const TAIL = 12;
const TOOLTIP_FROM = 24;

/** A name on one line: what does not fit is left out in the middle, and the whole is in a tooltip. */
export function MiddleText({ children }: { children: string }) {
  const letters = [...children];
  if (letters.length <= TOOLTIP_FROM) {
    return (
      <span className={styles.short} dir="auto">
        {children}
      </span>
    );
  }
  return (
    <Tooltip text={<bdi>{children}</bdi>}>
      <span className={styles.text} dir="auto">
        <span className={styles.head}>{letters.slice(0, -TAIL).join("")}</span>
        <span className={styles.tail}>{letters.slice(-TAIL).join("")}</span>
      </span>
    </Tooltip>
  );
}
