/** Names of what acts were about, as far as they are not known: of jobs, teams, datasets and sources, and of annotators and
 * team members who had no account by which they would be known. */
import { useQueries } from "@tanstack/react-query";
import type { AuditEntry } from "@/api/audit";
import { datasetQuery } from "@/api/datasets";
import { jobQuery } from "@/api/jobs";
import { allMembersQuery, everyAnnotatorQuery, type Member } from "@/api/members";
import { sourceQuery } from "@/api/sources";
import { teamQuery } from "@/api/teams";
import { unnamedIn } from "./unnamed";

export function useSubjectNames(
  entries: readonly AuditEntry[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const unnamed = unnamedIn(entries, known);
  const asked = {
    staleTime: 60_000,
    refetchInterval: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  } as const;
  const members = useQueries({
    queries: [
      ...unnamed.annotatorsOf.map((id) => ({ ...everyAnnotatorQuery(id), ...asked })),
      ...unnamed.membersOf.map((id) => ({ ...allMembersQuery(id), ...asked })),
    ],
    combine: (answers) => answers.flatMap(({ data }) => namesOf(data ?? [])),
  });
  const jobs = useQueries({ queries: unnamed.jobs.map((id) => ({ ...jobQuery(id), ...asked })), combine: namesIn });
  const teams = useQueries({ queries: unnamed.teams.map((id) => ({ ...teamQuery(id), ...asked })), combine: namesIn });
  const datasets = useQueries({
    queries: unnamed.datasets.map((id) => ({ ...datasetQuery(id), ...asked })),
    combine: namesIn,
  });
  const sources = useQueries({
    queries: unnamed.sources.map((id) => ({ ...sourceQuery(id), ...asked })),
    combine: namesIn,
  });
  return new Map([...known, ...members, ...jobs, ...teams, ...datasets, ...sources]);
}

function namesOf(members: readonly Member[]): [string, string][] {
  return members.flatMap(({ id, name, email }) => (name || email ? [[id, name || email || ""]] : []));
}

function namesIn(answers: readonly { data?: { id: string; name: string } | undefined }[]): [string, string][] {
  return answers.flatMap(({ data }) => (data ? [[data.id, data.name]] : []));
}
