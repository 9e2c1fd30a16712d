/** Links from the labeling page to the other pages of the job. */
import { Link } from "@tanstack/react-router";
import type { Job } from "@/api/jobs";
import { JOB_PAGES } from "@/app/job-header";
import { useText } from "@/text/text";
import styles from "./header.module.css";

export function JobLinks({ job }: { job: Job }) {
  const text = useText();
  return JOB_PAGES.map(({ to, label, icon: Icon }) => (
    <Link key={to} to={to} params={{ jobId: job.id }} className={styles.link}>
      <Icon aria-hidden />
      {text(label)}
    </Link>
  ));
}
