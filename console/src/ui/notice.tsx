import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes";
import styles from "./notice.module.css";

interface Props {
  tone?: "info" | "warn" | "danger";
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

const ICONS = { info: Info, warn: TriangleAlert, danger: CircleAlert };

export function Notice({ tone = "info", title, children, actions }: Props) {
  const Icon = ICONS[tone];
  return (
    <div className={classes(styles.notice, styles[tone])} role={tone === "danger" ? "alert" : "status"}>
      <Icon aria-hidden />
      <div className={styles.text}>
        {title ? <strong>{title}</strong> : null}
        {children ? <div>{children}</div> : null}
      </div>
      {actions}
    </div>
  );
}
