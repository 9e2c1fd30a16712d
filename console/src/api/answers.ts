/** What each of several people answered for one image, and the answers that are known to be right. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";

export type Answer = Schemas["AnswerView"];

/** Read again when the image changes. */
export function answersQuery(jobId: string, sampleId: string, version: number) {
  return queryOptions({
    queryKey: ["jobs", jobId, "answers", sampleId, version],
    queryFn: async (): Promise<Answer[]> => {
      const page = await reply(
        api.GET("/api/v1/jobs/{job_id}/items/{sample_id}/answers", {
          params: { path: { job_id: jobId, sample_id: sampleId } },
        }),
      );
      return page.items;
    },
  });
}
