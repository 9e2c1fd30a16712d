/** Names for the accounts of a job: its owner and annotators, and administrators who have labeled in it. */
import { queryOptions } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import { progressOf } from "./progress";

export type Person = Pick<Schemas["PersonView"], "id" | "name">;

export function peopleQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", jobId, "people"],
    queryFn: async (): Promise<Person[]> => {
      const [people, progress] = await Promise.all([peopleOf(jobId), progressOf(jobId)]);
      const there = new Set(people.map((person) => person.id));
      const others = progress.annotators.filter((each) => each.kind === "person" && !there.has(each.id));
      return [...people, ...others.map(({ id, name }) => ({ id, name: name ?? id }))];
    },
    staleTime: 30_000,
  });
}

function peopleOf(jobId: string): Promise<Person[]> {
  return everything((cursor, limit) =>
    reply(
      api.GET("/api/v1/jobs/{job_id}/people", {
        params: { path: { job_id: jobId }, query: { limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}
