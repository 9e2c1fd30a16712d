/** Links from the labeling page to the other pages of the job. */
import type { Job } from "@/api/jobs";

export function JobLinks(_: { job: Job }) {
  return null;
}
