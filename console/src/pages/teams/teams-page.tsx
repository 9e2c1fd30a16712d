/** Teams: named groups of people from which annotators are picked. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Pencil, Plus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { type Team, teamsQuery, useCreateTeam } from "@/api/teams";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Empty } from "@/ui/empty";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { When } from "@/ui/when";
import { DeleteTeamDialog, EditTeamDialog, TeamDialog } from "./team-dialogs";

export function TeamsPage() {
  const text = useText();
  const me = useMe();
  const teams = useInfiniteQuery(teamsQuery);
  const [creating, setCreating] = useState(false);
  const rows = teams.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = teams.isSuccess && rows.length === 0;
  const create =
    me.role === "annotator" ? null : (
      <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
        {text("teams.create")}
      </Button>
    );
  return (
    <>
      <PageHeader title={text("nav.teams")} actions={isEmpty ? null : create} />
      <div className={styles.page}>
        <Fault error={teams.error} retry={() => void teams.refetch()} />
        {rows.length > 0 ? (
          <Table label={text("nav.teams")}>
            <thead>
              <tr>
                <th>{text("teams.name")}</th>
                <th>{text("teams.description")}</th>
                <th>{text("teams.created")}</th>
                <ActionsColumn />
              </tr>
            </thead>
            <tbody>
              {rows.map((team) => (
                <Row key={team.id} team={team} mayManage={me.role === "admin" || team.created_by === me.id} />
              ))}
            </tbody>
          </Table>
        ) : null}
        {isEmpty ? (
          <Empty icon={<Users aria-hidden />} title={text("teams.none")} actions={create}>
            {text("teams.noneAbout")}
          </Empty>
        ) : null}
        <More query={teams} />
      </div>
      {creating ? <CreateTeamDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function Row({ team, mayManage }: { team: Team; mayManage: boolean }) {
  const text = useText();
  const [open, setOpen] = useState<"edit" | "deletion" | null>(null);
  return (
    <tr>
      <td>
        <Link to="/teams/$teamId" params={{ teamId: team.id }} className={styles.name}>
          <MiddleText>{team.name}</MiddleText>
        </Link>
      </td>
      <td className={styles.soft}>
        <MiddleText>{team.description}</MiddleText>
      </td>
      <td className={classes(styles.soft, styles.day)}>
        <When at={team.created_at} />
      </td>
      <ActionsCell>
        {mayManage ? (
          <>
            <IconButton label={text("teams.edit", { name: team.name })} onClick={() => setOpen("edit")}>
              <Pencil />
            </IconButton>
            <IconButton label={text("teams.delete", { name: team.name })} onClick={() => setOpen("deletion")}>
              <Trash2 />
            </IconButton>
          </>
        ) : null}
        {open === "edit" ? <EditTeamDialog team={team} onClose={() => setOpen(null)} /> : null}
        {open === "deletion" ? <DeleteTeamDialog team={team} onClose={() => setOpen(null)} /> : null}
      </ActionsCell>
    </tr>
  );
}

function CreateTeamDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const create = useCreateTeam();
  return (
    <TeamDialog
      title={text("teams.create")}
      submit={text("action.create")}
      before={{ name: "", description: "" }}
      busy={create.isPending}
      error={create.error}
      onSubmit={(team) =>
        create.mutate(team, {
          onSuccess: ({ id }) => void navigate({ to: "/teams/$teamId", params: { teamId: id } }),
        })
      }
      onClose={onClose}
    />
  );
}
