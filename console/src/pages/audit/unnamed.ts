import type { AuditEntry } from "@/api/audit";

/** Each costs a request or two. */
const MOST_ASKED = 20;

/** Whose names are to be asked for: annotators of these jobs, and members of these teams. */
export function unnamedIn(
  entries: readonly Pick<AuditEntry, "subject" | "job_id" | "detail">[],
  names: ReadonlyMap<string, string>,
): { jobs: string[]; teams: string[] } {
  const unknown = entries.filter(
    ({ subject, detail }) => subject.id && !names.has(subject.id) && !names.has(String(detail.account_id)),
  );
  const jobs = unknown.flatMap(({ subject, job_id }) => (subject.kind === "annotator" && job_id ? [job_id] : []));
  const teams = unknown.flatMap(({ subject, detail }) =>
    subject.kind === "member" && typeof detail.team_id === "string" ? [detail.team_id] : [],
  );
  return { jobs: [...new Set(jobs)].slice(0, MOST_ASKED), teams: [...new Set(teams)].slice(0, MOST_ASKED) };
}
