/** Names of the annotators and team members that acts were about, where they had no account by which they would be known. */
import { useQueries } from "@tanstack/react-query";
import type { AuditEntry } from "@/api/audit";
import { allMembersQuery, everyAnnotatorQuery, type Member } from "@/api/members";
import { unnamedIn } from "./unnamed";

export function useMemberNames(
  entries: readonly AuditEntry[],
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { jobs, teams } = unnamedIn(entries, names);
  return useQueries({
    // Of jobs and teams that are gone, nobody is known any more.
    queries: [...jobs.map(everyAnnotatorQuery), ...teams.map(allMembersQuery)].map((each) => ({
      ...each,
      retry: false,
      staleTime: 60_000,
    })),
    combine: (answers) => new Map([...names, ...answers.flatMap(({ data }) => namesOf(data ?? []))]),
  });
}

function namesOf(members: readonly Member[]): [string, string][] {
  return members.flatMap(({ id, name, email }) => (name || email ? [[id, name || email || ""]] : []));
}
