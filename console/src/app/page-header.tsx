import type { ReactNode } from "react";
import styles from "./page-header.module.css";
import { useTitle } from "./title";

interface Props {
  title: ReactNode;
  /** What the browser's tab says, where the title is more than a text: the page, and what it is of. */
  tab?: readonly (string | undefined)[];
  about?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, tab, about, actions }: Props) {
  useTitle(...(tab ?? [typeof title === "string" ? title : undefined]));
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
