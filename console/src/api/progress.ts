/** How far a job is: by status, label, annotator and day. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { asCsv } from "./csv";

export type JobProgress = Schemas["ProgressReply"];
export type LabelProgress = Schemas["LabelProgress"];
export type AnnotatorProgress = Schemas["AnnotatorProgress"];
export type DayProgress = Schemas["DayProgress"];

export function progressOf(jobId: string): Promise<JobProgress> {
  return reply(api.GET("/api/v1/jobs/{job_id}/progress", { params: { path: { job_id: jobId } } }));
}

/** What everybody did, day by day, for a spreadsheet. */
export function progressAsCsv(jobId: string): Promise<Blob> {
  return asCsv(`/api/v1/jobs/${encodeURIComponent(jobId)}/progress`);
}

export function progressQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", jobId, "progress"],
    queryFn: (): Promise<JobProgress> => progressOf(jobId),
    refetchInterval: 5_000,
  });
}
