import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";
import type { Job, JobSort } from "@/api/jobs";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { MiddleText } from "@/ui/middle-text";
import { Progress } from "@/ui/progress";
import { ActionsCell, ActionsColumn, SortedHeader, Table } from "@/ui/table";
import { When } from "@/ui/when";
import { JobMenu } from "./job-menu";
import styles from "./jobs.module.css";

const TONES = {
  preparing: "accent",
  active: "good",
  in_review: "warn",
  completed: "neutral",
  archived: "neutral",
} as const;

interface Props {
  jobs: readonly Job[];
  sort: JobSort;
  onSort: (sort: JobSort) => void;
}

export function JobsTable({ jobs, sort, onSort }: Props) {
  const text = useText();
  const onSorted = (next: string) => onSort(next as JobSort);
  return (
    <Table label={text("nav.labelData")}>
      <thead>
        <tr>
          <SortedHeader field="name" sort={sort} onSort={onSorted}>
            {text("jobs.name")}
          </SortedHeader>
          <th>{text("jobs.type")}</th>
          <th>{text("jobs.dataset")}</th>
          <SortedHeader field="progress" sort={sort} onSort={onSorted}>
            {text("jobs.progress")}
          </SortedHeader>
          <th>{text("jobs.state")}</th>
          <SortedHeader field="added" sort={sort} onSort={onSorted}>
            {text("jobs.created")}
          </SortedHeader>
          <ActionsColumn />
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ job }: { job: Job }) {
  const text = useText();
  const { labeled, total } = job.progress;
  return (
    <tr>
      <td>
        <Link to="/jobs/$jobId" params={{ jobId: job.id }} className={styles.name}>
          <MiddleText>{job.name}</MiddleText>
          {job.is_team ? <Users role="img" aria-label={text("jobs.isTeam")} /> : null}
        </Link>
      </td>
      <td>{text(`jobs.type.${job.type}`)}</td>
      <td>
        <MiddleText>{job.dataset_name}</MiddleText>
      </td>
      <td>
        <div className={styles.progress}>
          <Progress done={labeled} total={total} label={text("jobs.progressOf", { name: job.name })} />
          <span>{text("jobs.progressNumbers", { labeled, total })}</span>
        </div>
      </td>
      <td>
        <Badge tone={TONES[job.state]}>{text(`jobs.state.${job.state}`)}</Badge>
      </td>
      <td>
        <When at={job.created_at} />
      </td>
      <ActionsCell>
        <span className={styles.actions}>
          <Link
            to="/jobs/$jobId/labels"
            params={{ jobId: job.id }}
            className={styles.label}
            aria-label={text("jobs.labelOf", { name: job.name })}
          >
            {text("job.label")}
          </Link>
          <JobMenu job={job} />
        </span>
      </ActionsCell>
    </tr>
  );
}
