import type { ReactElement } from "react";
import styles from "./breadcrumb.module.css";
import { MiddleText } from "./middle-text";

/** Where one is: the link to the list, and the name of what is open. */
export function Breadcrumb({ up, children }: { up: ReactElement; children: string }) {
  return (
    <span className={styles.place}>
      <span className={styles.up}>{up}</span>
      <span aria-hidden className={styles.step}>
        /
      </span>
      <MiddleText>{children}</MiddleText>
    </span>
  );
}
