/** The head of the pages beside the labeling page of a job: where one is, and the way to the others. */
import { Link } from "@tanstack/react-router";
import { ChartNoAxesColumn, type LucideIcon, Tags, Users } from "lucide-react";
import type { ReactNode } from "react";
import type { Job } from "@/api/jobs";
import { type TextKey, useText } from "@/text/text";
import { MiddleText } from "@/ui/middle-text";
import tabStyles from "@/ui/tabs.module.css";
import styles from "./job-header.module.css";
import { mayManage } from "./job-rights";
import { PageHeader } from "./page-header";

/** Pages of a job, in the order in which they stand. */
export const JOB_PAGES = [
  { to: "/jobs/$jobId/overview", label: "job.overview" as TextKey, icon: ChartNoAxesColumn as LucideIcon },
  { to: "/jobs/$jobId/labels", label: "job.labels" as TextKey, icon: Tags as LucideIcon },
  { to: "/jobs/$jobId/annotators", label: "job.team" as TextKey, icon: Users as LucideIcon },
] as const;

const EXACT = { exact: true, includeSearch: false } as const;

export function JobHeader({ job, actions }: { job: Job; actions?: ReactNode }) {
  const text = useText();
  return (
    <PageHeader
      title={
        <span className={styles.place}>
          <Link to="/" className={styles.up}>
            {text("nav.labelData")}
          </Link>
          <span aria-hidden className={styles.step}>
            /
          </span>
          <MiddleText>{job.name}</MiddleText>
        </span>
      }
      about={
        <nav aria-label={text("job.pages")} className={tabStyles.tabs}>
          <Link to="/jobs/$jobId" params={{ jobId: job.id }} activeOptions={EXACT} className={tabStyles.tab}>
            {text("job.label")}
          </Link>
          {JOB_PAGES.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              params={{ jobId: job.id }}
              activeOptions={EXACT}
              className={tabStyles.tab}
              activeProps={{ className: tabStyles.current }}
            >
              {text(label)}
            </Link>
          ))}
          {mayManage(job) ? (
            <Link
              to="/datasets/$datasetId/versions"
              params={{ datasetId: job.dataset_id }}
              search={{ job: job.id }}
              className={tabStyles.tab}
            >
              {text("versions.title")}
            </Link>
          ) : null}
        </nav>
      }
      actions={actions}
    />
  );
}
