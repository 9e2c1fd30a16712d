/** The head of the pages beside the labeling page of a job: where one is, and the way to the others. */
import { Link, useMatches } from "@tanstack/react-router";
import { ChartNoAxesColumn, type LucideIcon, Tags, Users } from "lucide-react";
import type { ReactNode } from "react";
import type { Job } from "@/api/jobs";
import { type TextKey, useText } from "@/text/text";
import { Breadcrumb } from "@/ui/breadcrumb";
import tabStyles from "@/ui/tabs.module.css";
import { mayManage } from "./job-rights";
import { PageHeader } from "./page-header";

/** Pages of a job, in the order in which they stand. */
export const JOB_PAGES = [
  { to: "/jobs/$jobId/overview", label: "job.overview" as TextKey, icon: ChartNoAxesColumn as LucideIcon },
  { to: "/jobs/$jobId/labels", label: "job.labels" as TextKey, icon: Tags as LucideIcon },
  {
    to: "/jobs/$jobId/annotators",
    label: "job.team" as TextKey,
    title: "annotators.title" as TextKey,
    icon: Users as LucideIcon,
  },
] as const;

/** For whoever manages a job: those of team jobs, and what was done in it. */
const TEAM_PAGES = [
  { to: "/jobs/$jobId/acceptance", label: "acceptance.title" as TextKey },
  { to: "/jobs/$jobId/quality", label: "quality.title" as TextKey },
] as const;
const AUDIT_PAGE = { to: "/jobs/$jobId/audit", label: "audit.title" as TextKey } as const;

function pagesOf(job: Job) {
  if (!mayManage(job)) return JOB_PAGES;
  return [...JOB_PAGES, ...(job.is_team ? TEAM_PAGES : []), AUDIT_PAGE];
}

const EXACT = { exact: true, includeSearch: false } as const;

export function JobHeader({ job, actions }: { job: Job; actions?: ReactNode }) {
  const text = useText();
  const path = useMatches({ select: (matches) => matches.at(-1)?.fullPath });
  const page = pagesOf(job).find(({ to }) => to === path);
  const name = page && ("title" in page ? page.title : page.label);
  return (
    <PageHeader
      tab={[name && text(name), job.name]}
      title={<Breadcrumb up={<Link to="/">{text("nav.labelData")}</Link>}>{job.name}</Breadcrumb>}
      about={
        <nav aria-label={text("job.pages")} className={tabStyles.tabs}>
          <Link to="/jobs/$jobId" params={{ jobId: job.id }} activeOptions={EXACT} className={tabStyles.tab}>
            {text("job.labeling")}
          </Link>
          {pagesOf(job).map(({ to, label }) => (
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
