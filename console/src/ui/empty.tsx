import type { ReactNode } from "react";
import styles from "./empty.module.css";

interface Props {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  /** The next step. */
  actions?: ReactNode;
}

/** What stands where nothing is yet: says why, and what to do next. */
export function Empty({ icon, title, children, actions }: Props) {
  return (
    <div className={styles.empty}>
      {icon ? <div className={styles.icon}>{icon}</div> : null}
      <h2>{title}</h2>
      {children ? <div className={styles.text}>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
