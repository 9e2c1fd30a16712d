import { useIntl } from "react-intl";
import { useText } from "@/text/text";
import { axisEnd, type Column } from "./chart-data";
import styles from "./overview.module.css";

const DATE = { dateStyle: "medium", timeZone: "UTC" } as const;

/** Standing columns, one a day: labels given, and images reviewed on top. */
export function Days({ columns }: { columns: readonly Column[] }) {
  const text = useText();
  const intl = useIntl();
  const end = axisEnd(Math.max(...columns.map((column) => column.added + column.reviewed)));
  const width = 100 / columns.length;
  const dateOf = (day: string) => intl.formatDate(new Date(`${day}T00:00:00Z`), DATE);
  const nameOf = (column: Column) =>
    column.from === column.to ? dateOf(column.from) : `${dateOf(column.from)} – ${dateOf(column.to)}`;
  const added = columns.reduce((sum, column) => sum + column.added, 0);
  const reviewed = columns.reduce((sum, column) => sum + column.reviewed, 0);
  const first = columns[0];
  const last = columns.at(-1);
  return (
    <>
      <div className={styles.plot}>
        <div className={styles.axis} aria-hidden>
          <span>{intl.formatNumber(end)}</span>
          <span>{intl.formatNumber(end / 2)}</span>
          <span>0</span>
        </div>
        <svg className={styles.columns} role="img" aria-label={text("overview.daysSummary", { added, reviewed })}>
          {[0, 50, 100].map((line) => (
            <line key={line} x1="0" x2="100%" y1={`${line}%`} y2={`${line}%`} className={styles.rule} />
          ))}
          {columns.map((column, index) => {
            const low = (column.added / end) * 100;
            const high = (column.reviewed / end) * 100;
            const place = { x: `${index * width + width * 0.14}%`, width: `${Math.min(width * 0.72, 6)}%` };
            return (
              <g key={column.from}>
                <title>
                  {text("overview.dayTold", { day: nameOf(column), added: column.added, reviewed: column.reviewed })}
                </title>
                <rect x={`${index * width}%`} width={`${width}%`} height="100%" className={styles.hit} />
                <rect {...place} y={`${100 - low}%`} height={`${low}%`} className={styles.fill} />
                <rect {...place} y={`${100 - low - high}%`} height={`${high}%`} className={styles.fillReviewed} />
              </g>
            );
          })}
        </svg>
        <div className={styles.ends} aria-hidden>
          <span>{first ? dateOf(first.from) : null}</span>
          <span>{last && columns.length > 1 ? dateOf(last.to) : null}</span>
        </div>
      </div>
      <ul className={styles.legend}>
        <li>
          <span className={styles.added} aria-hidden />
          {text("overview.added")}
        </li>
        {reviewed > 0 ? (
          <li>
            <span className={styles.reviewed} aria-hidden />
            {text("overview.reviewed")}
          </li>
        ) : null}
      </ul>
    </>
  );
}
