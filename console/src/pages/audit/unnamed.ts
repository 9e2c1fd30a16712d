import type { AuditEntry } from "@/api/audit";

/** Of each kind. Each costs a request or two. */
const MOST_ASKED = 20;

/** What names are to be asked for, by id: things of these kinds, annotators of these jobs, and members of these teams.
 * What was deleted has no name any more. */
export function unnamedIn(
  entries: readonly Pick<AuditEntry, "action" | "subject" | "job_id" | "detail">[],
  names: ReadonlyMap<string, string>,
) {
  const isGone = ({ action, subject }: { action: string; subject: { kind: string } }) =>
    action === "deleted" && subject.kind !== "samples"; // those are named by their dataset
  const gone = new Set(entries.filter(isGone).map(({ subject }) => subject.id));
  const unknown = entries.filter(
    ({ subject, detail }) => subject.id && !names.has(subject.id) && !names.has(String(detail.account_id)),
  );
  const some = (ids: (string | null | undefined)[]) =>
    [...new Set(ids.filter((id) => typeof id === "string" && !gone.has(id)))].slice(0, MOST_ASKED) as string[];
  const about = (kind: string) => unknown.filter(({ subject }) => subject.kind === kind);
  const idsOf = (kind: string) => some(about(kind).map(({ subject }) => subject.id));
  return {
    jobs: idsOf("job"),
    teams: idsOf("team"),
    datasets: idsOf("samples"),
    sources: idsOf("source"),
    annotatorsOf: some(about("annotator").map(({ job_id }) => job_id)),
    membersOf: some(about("member").map(({ detail }) => (typeof detail.team_id === "string" ? detail.team_id : null))),
  };
}
