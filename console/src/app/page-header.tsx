import type { ReactNode } from "react";
import styles from "./page-header.module.css";

export function PageHeader({ title, about, actions }: { title: ReactNode; about?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={styles.header}>
      <div className={styles.text}>
        <h1>{title}</h1>
        {about ? <div className={styles.about}>{about}</div> : null}
      </div>
      <div className={styles.actions}>{actions}</div>
    </header>
  );
}
