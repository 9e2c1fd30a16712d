/** Links from the labeling page to the other pages of the job. */
import { Link } from "@tanstack/react-router";
import { Layers } from "lucide-react";
import type { Job } from "@/api/jobs";
import { JOB_PAGES } from "@/app/job-header";
import { mayManage } from "@/app/job-rights";
import { useText } from "@/text/text";
import styles from "./header.module.css";

export function JobLinks({ job }: { job: Job }) {
  const text = useText();
  return (
    <>
      {JOB_PAGES.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} params={{ jobId: job.id }} className={styles.link}>
          <Icon aria-hidden />
          {text(label)}
        </Link>
      ))}
      {mayManage(job) ? (
        <Link
          to="/datasets/$datasetId/versions"
          params={{ datasetId: job.dataset_id }}
          search={{ job: job.id }}
          className={styles.link}
        >
          <Layers aria-hidden />
          {text("versions.title")}
        </Link>
      ) : null}
    </>
  );
}
