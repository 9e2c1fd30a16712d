/** How far labels can be trusted: agreement, scores, confusions. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { asCsv } from "./csv";

export type Quality = Schemas["QualityView"];
export type AnnotatorQuality = Quality["annotators"][number];
export const CONSENSUS = ["majority", "dawid_skene"] as const;
export type Consensus = (typeof CONSENSUS)[number];

export function qualityQuery(jobId: string, consensus: Consensus) {
  return queryOptions({
    queryKey: ["jobs", jobId, "quality", consensus],
    queryFn: (): Promise<Quality> =>
      reply(api.GET("/api/v1/jobs/{job_id}/quality", { params: { path: { job_id: jobId }, query: { consensus } } })),
    staleTime: 10_000,
  });
}

/** The annotators' table for a spreadsheet. */
export function qualityAsCsv(jobId: string, consensus: Consensus): Promise<Blob> {
  return asCsv(`/api/v1/jobs/${encodeURIComponent(jobId)}/quality?consensus=${consensus}`);
}
