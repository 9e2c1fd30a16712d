/** Who works in a job: their names, as far as they have labeled something. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply } from "./client";

export interface Person {
  id: string;
  name: string;
}

export function peopleQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", jobId, "people"],
    queryFn: async (): Promise<Person[]> => {
      const progress = await reply(api.GET("/api/v1/jobs/{job_id}/progress", { params: { path: { job_id: jobId } } }));
      return progress.annotators
        .filter((each) => each.kind === "person")
        .map((each) => ({ id: each.id, name: each.name ?? each.id }));
    },
    staleTime: 30_000,
  });
}
