/** Images whose right labels are known: mixed in unseen, they show how reliable each annotator is. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";

export type KnownAnswer = Schemas["KnownAnswerView"];

const key = (jobId: string) => ["jobs", jobId, "known-answers"] as const;
const of = (jobId: string) => ({ path: { job_id: jobId } });

function readAll(jobId: string): Promise<KnownAnswer[]> {
  return everything((cursor, limit) =>
    reply(
      api.GET("/api/v1/jobs/{job_id}/known-answers", {
        params: { ...of(jobId), query: { limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}

export function knownAnswersQuery(jobId: string) {
  return queryOptions({ queryKey: key(jobId), queryFn: () => readAll(jobId) });
}

/** All of them are written at once: what is added here joins those that are there; `null` takes an image out. */
export function useChangeKnownAnswers(jobId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (changes: ReadonlyMap<string, readonly string[] | null>) => {
      const kept = (await readAll(jobId)).filter((each) => !changes.has(each.sample_id));
      const added = [...changes].flatMap(([sample_id, labels]) => (labels ? [{ sample_id, labels: [...labels] }] : []));
      return reply(api.PUT("/api/v1/jobs/{job_id}/known-answers", { params: of(jobId), body: [...kept, ...added] }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: key(jobId) }),
  });
}
