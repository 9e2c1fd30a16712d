/** The audit as a table, with its criteria: of the whole platform, or of one job. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { type AuditAction, type AuditEntry, type AuditWanted, auditQuery } from "@/api/audit";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import pageStyles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import { Empty } from "@/ui/empty";
import { Field, Select } from "@/ui/field";
import { MiddleText } from "@/ui/middle-text";
import { MomentField } from "@/ui/moment-field";
import { Table } from "@/ui/table";
import { When } from "@/ui/when";
import { actionText, actorText, detailLines, subjectText } from "./actions";
import styles from "./audit.module.css";
import { useSubjectNames } from "./subject-names";

interface Props {
  /** Null for the whole platform. */
  jobId: string | null;
  wanted: AuditWanted;
  onWant: (wanted: AuditWanted) => void;
  actions: readonly AuditAction[];
  people: readonly { id: string; name: string }[];
  /** Names of what acts can be about besides people: annotators of a job. */
  subjects?: readonly { id: string; name: string }[];
}

export function Audit({ jobId, wanted, onWant, actions, people, subjects = [] }: Props) {
  const text = useText();
  const entries = useInfiniteQuery({ ...auditQuery(jobId, wanted), placeholderData: keepPreviousData });
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  // Without the people nearly all would be unknown.
  const names = useSubjectNames(
    people.length > 0 ? rows : [],
    new Map([...people, ...subjects].map(({ id, name }) => [id, name])),
  );
  const isFiltered = Object.keys(wanted).length > 0;
  return (
    <div className={pageStyles.page}>
      <Criteria wanted={wanted} onWant={onWant} actions={actions} people={people} />
      <Fault error={entries.error} retry={() => void entries.refetch()} />
      {rows.length > 0 ? (
        <Table label={text("audit.title")}>
          <thead>
            <tr>
              <th>{text("audit.at")}</th>
              <th>{text("audit.action")}</th>
              <th>{text("audit.actor")}</th>
              <th>{text("audit.subject")}</th>
              <th>{text("audit.detail")}</th>
              <th>{text("sessions.address")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((entry) => (
              <Row key={entry.id} entry={entry} names={names} />
            ))}
          </tbody>
        </Table>
      ) : null}
      {entries.isSuccess && rows.length === 0 ? (
        <Empty icon={<ScrollText aria-hidden />} title={text(isFiltered ? "audit.noneFiltered" : "audit.none")} />
      ) : null}
      <More query={entries} />
    </div>
  );
}

function Criteria({ wanted, onWant, actions, people }: Omit<Props, "jobId">) {
  const text = useText();
  const set = (changes: Partial<Record<keyof AuditWanted, string | undefined>>) =>
    onWant(Object.fromEntries(Object.entries({ ...wanted, ...changes }).filter(([, value]) => value)) as AuditWanted);
  const any = { value: "", label: text("criterion.any") };
  return (
    <search className={styles.criteria}>
      <Field label={text("audit.action")}>
        {(ids) => (
          <Select
            {...ids}
            value={wanted.action ?? ""}
            onChange={(action) => set({ action })}
            options={[any, ...actions.map((each) => ({ value: each, label: actionText(each, text) }))]}
          />
        )}
      </Field>
      <Field label={text("audit.actor")}>
        {(ids) => (
          <Select
            {...ids}
            value={wanted.actor ?? ""}
            onChange={(actor) => set({ actor })}
            options={[any, ...people.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        )}
      </Field>
      <MomentField label={text("audit.after")} value={wanted.after} onChange={(after) => set({ after })} />
      <MomentField label={text("audit.before")} value={wanted.before} onChange={(before) => set({ before })} />
    </search>
  );
}

/** Enough of an id to tell two apart; the whole is in the tooltip. */
const shortId = (id: string) => (id.length > 14 ? `…${id.slice(-8)}` : id);

function Row({ entry, names }: { entry: AuditEntry; names: ReadonlyMap<string, string> }) {
  const text = useText();
  const { at, action, actor, subject, detail, address } = entry;
  const doer = (actor.id && names.get(actor.id)) || actorText(actor, text);
  const account = typeof detail.account_id === "string" ? detail.account_id : null;
  const about = names.get(account ?? "") ?? names.get(subject.id ?? "");
  return (
    <tr>
      <td className={pageStyles.day}>
        <When at={at} />
      </td>
      <td>
        <span className={pageStyles.name}>{actionText(action, text)}</span>
      </td>
      <td>
        <span className={pageStyles.short}>
          <MiddleText>{doer}</MiddleText>
        </span>
      </td>
      <td>
        <span className={classes(pageStyles.short, pageStyles.soft)}>
          <span className={styles.kind}>{subjectText(subject.kind, text)}</span>
          {about ? <MiddleText>{about}</MiddleText> : null}
          {subject.id && !about ? <code title={subject.id}>{shortId(subject.id)}</code> : null}
        </span>
      </td>
      <td className={styles.detail}>{detailLines(detail, text, names).join(" · ")}</td>
      <td className={pageStyles.soft}>{address || "–"}</td>
    </tr>
  );
}
