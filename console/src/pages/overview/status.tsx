import { Link } from "@tanstack/react-router";
import { useIntl } from "react-intl";
import type { JobProgress } from "@/api/progress";
import type { LabelingSearch } from "@/pages/labeling/search";
import { useText } from "@/text/text";
import { shareOf } from "./chart-data";
import styles from "./overview.module.css";

const STATUSES = ["labeled", "to_confirm", "unlabeled", "unreadable"] as const;
type Told = (typeof STATUSES)[number];

/** What its images are shown by on the labeling page. */
const LEADS_TO: Readonly<Record<Told, LabelingSearch>> = {
  labeled: { status: "labeled" },
  to_confirm: { status: "to_confirm" },
  unlabeled: {},
  unreadable: { status: "all", state: "unreadable" },
};

/** How much is labeled, as one bar of all images; each number leads to its images. */
export function Status({ jobId, progress }: { jobId: string; progress: JobProgress }) {
  const text = useText();
  const intl = useIntl();
  let start = 0;
  const told = STATUSES.filter((status) => status !== "unreadable" || progress.unreadable > 0);
  const parts = told.map((status) => {
    const share = progress.total === 0 ? 0 : (progress[status] / progress.total) * 100;
    const part = { status, start, share };
    start += share;
    return part;
  });
  return (
    <section className={styles.figure} aria-label={text("overview.byStatus")}>
      <header className={styles.heading}>
        <h2>{text("overview.byStatus")}</h2>
        <span className={styles.total}>{text("overview.total", { total: progress.total })}</span>
      </header>
      <svg className={styles.whole} aria-hidden role="presentation">
        <rect width="100%" height="100%" className={styles.track} />
        {parts.map((part) => (
          <rect
            key={part.status}
            x={`${part.start}%`}
            width={`${part.share}%`}
            height="100%"
            className={styles[part.status]}
          />
        ))}
      </svg>
      <ul className={styles.statuses}>
        {told.map((status) => (
          <li key={status}>
            <Link to="/jobs/$jobId" params={{ jobId }} search={LEADS_TO[status]}>
              <span className={styles.statusName}>
                <svg className={styles.mark} aria-hidden role="presentation">
                  <rect width="100%" height="100%" rx="2" className={styles[status]} />
                </svg>
                {text(status === "unreadable" ? "criterion.state.unreadable" : `labeling.status.${status}`)}
              </span>
              <span className={styles.statusCount}>{intl.formatNumber(progress[status])}</span>
              <span className={styles.statusShare}>
                {intl.formatNumber(shareOf(progress[status], progress.total) / 100, { style: "percent" })}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
