import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { useText } from "@/text/text";
import { classes } from "./classes";
import styles from "./table.module.css";

export function Table({ children, label }: { children: ReactNode; label: string }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        {children}
      </table>
    </div>
  );
}

interface SortedHeaderProps<T extends string> {
  field: T;
  sort: string;
  onSort: (sort: string) => void;
  children: ReactNode;
  className?: string | undefined;
}

/** A column's head that sorts by it; again for the other direction. */
export function SortedHeader<T extends string>({ field, sort, onSort, children, className }: SortedHeaderProps<T>) {
  const direction = sort === field ? "ascending" : sort === `-${field}` ? "descending" : "none";
  return (
    <th aria-sort={direction} className={className}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onSort(direction === "ascending" ? `-${field}` : field)}
      >
        {children}
        {direction === "ascending" ? <ArrowUp aria-hidden /> : null}
        {direction === "descending" ? <ArrowDown aria-hidden /> : null}
      </button>
    </th>
  );
}

/** The head of the last column, with what can be done. */
export function ActionsColumn() {
  const text = useText();
  return <th className={styles.shrink}>{text("table.operation")}</th>;
}

/** The cell at the end of a row, with what can be done. */
export function ActionsCell({ className, ...rest }: ComponentProps<"td">) {
  return <td {...rest} className={classes(styles.actions, className)} />;
}
