/** What a person may do in a job, and what the job allows. The gateway decides; this is what is shown. */
import type { Job } from "@/api/jobs";

/** Whoever looks after a job: only they see what changes it. */
export function mayManage(job: Job): boolean {
  return job.role === "owner" || job.role === "manager" || job.role === "admin";
}

/** Whoever may say of others' labels whether they are right. */
export function mayReview(job: Job): boolean {
  return job.is_team && (mayManage(job) || job.role === "reviewer");
}

export function isClosed(job: Job): boolean {
  return job.state === "completed" || job.state === "archived";
}
