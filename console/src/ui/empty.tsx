import type { ReactNode } from "react";
import styles from "./empty.module.css";

interface Props {
  /** 1 where it is all that the page has to say. */
  level?: 1 | 2;
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  /** The next step. */
  actions?: ReactNode;
}

/** What stands where nothing is yet: says why, and what to do next. */
export function Empty({ level = 2, icon, title, children, actions }: Props) {
  const Heading = `h${level}` as const;
  return (
    <div className={styles.empty}>
      {icon ? <div className={styles.icon}>{icon}</div> : null}
      <Heading>{title}</Heading>
      {children ? <div className={styles.text}>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
