import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Table } from "@/ui/table";
import styles from "./overview.module.css";

interface Props {
  title: string;
  /** Names of the columns of the table, the first one of what is counted. */
  columns: readonly string[];
  rows: readonly { key: string; name: ReactNode; values: readonly string[] }[];
  empty: string;
  children: ReactNode;
}

/** A chart, and the same numbers as a table. */
export function Figure({ title, columns, rows, empty, children }: Props) {
  const text = useText();
  const [asTable, setAsTable] = useState(false);
  const isEmpty = rows.length === 0;
  return (
    <section className={styles.figure} aria-label={title}>
      <header className={styles.heading}>
        <h2>{title}</h2>
        {isEmpty ? null : (
          <Button
            look="quiet"
            icon={asTable ? <ChartNoAxesColumn aria-hidden /> : <Table2 aria-hidden />}
            onClick={() => setAsTable(!asTable)}
          >
            {text(asTable ? "overview.asChart" : "overview.asTable")}
          </Button>
        )}
      </header>
      {isEmpty ? <p className={styles.empty}>{empty}</p> : null}
      {!isEmpty && !asTable ? children : null}
      {!isEmpty && asTable ? (
        <div className={styles.numbers}>
          <Table label={title}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column}>{column}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <td>{row.name}</td>
                  {row.values.map((value, index) => (
                    <td key={columns[index + 1]}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
        </div>
      ) : null}
    </section>
  );
}
