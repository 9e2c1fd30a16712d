/** The people of a team or of a job: who, in which role, and how far their invitation has got. */
import type { ReactNode } from "react";
import type { Member } from "@/api/members";
import styles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { When } from "@/ui/when";

const TONES = { not_invited: "neutral", invited: "warn", active: "good", removed: "danger" } as const;

interface Props<M extends Member> {
  label: string;
  members: readonly M[];
  /** Columns of the page's own, before the last. */
  extra?: readonly { title: string; of: (member: M) => ReactNode }[];
  actions?: ((member: M) => ReactNode) | null;
}

export function MembersTable<M extends Member>({ label, members, extra = [], actions }: Props<M>) {
  const text = useText();
  return (
    <Table label={label}>
      <thead>
        <tr>
          <th>{text("members.name")}</th>
          <th>{text("members.email")}</th>
          <th>{text("members.role")}</th>
          <th>{text("members.state")}</th>
          {extra.map(({ title }) => (
            <th key={title}>{title}</th>
          ))}
          <th>{text("members.added")}</th>
          {actions ? <ActionsColumn /> : null}
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <tr key={member.id}>
            <td>
              <span className={classes(styles.name, styles.short)}>
                <MiddleText>{member.name || "–"}</MiddleText>
              </span>
            </td>
            <td className={styles.soft}>
              <span className={styles.short}>{member.email ? <MiddleText>{member.email}</MiddleText> : "–"}</span>
            </td>
            <td>{text(`members.role.${member.role}`)}</td>
            <td>
              <Badge tone={TONES[member.state]}>{text(`members.state.${member.state}`)}</Badge>
            </td>
            {extra.map(({ title, of }) => (
              <td key={title}>{of(member)}</td>
            ))}
            <td className={classes(styles.soft, styles.day)}>
              <When at={member.added_at} />
            </td>
            {actions ? <ActionsCell>{actions(member)}</ActionsCell> : null}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
