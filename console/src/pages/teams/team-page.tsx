/** One team: its members. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Pencil, Plus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { membersQuery } from "@/api/members";
import { teamQuery } from "@/api/teams";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useMe } from "@/app/session";
import { MembersTable } from "@/pages/members/members-table";
import { useText } from "@/text/text";
import { Breadcrumb } from "@/ui/breadcrumb";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { AddMemberDialog, MemberActions } from "./member-dialogs";
import { DeleteTeamDialog, EditTeamDialog } from "./team-dialogs";

const route = getRouteApi("/signed-in/pages/teams/$teamId");

export function TeamPage() {
  const text = useText();
  const me = useMe();
  const navigate = useNavigate();
  const { teamId } = route.useParams();
  const { data: team, error } = useQuery(teamQuery(teamId));
  const members = useInfiniteQuery(membersQuery(teamId));
  const [open, setOpen] = useState<"add" | "edit" | "deletion" | null>(null);
  const close = () => setOpen(null);
  const rows = members.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = members.isSuccess && rows.length === 0;
  const mayManage =
    me.role === "admin" ||
    team?.created_by === me.id ||
    rows.some((each) => each.account_id === me.id && each.role === "manager");
  const add = mayManage ? (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setOpen("add")}>
      {text("annotators.add")}
    </Button>
  ) : null;

  return (
    <>
      <PageHeader
        tab={[team?.name ?? text("nav.teams")]}
        title={
          team ? (
            <Breadcrumb up={<Link to="/teams">{text("nav.teams")}</Link>}>{team.name}</Breadcrumb>
          ) : (
            text("nav.teams")
          )
        }
        about={team?.description}
        actions={
          team && mayManage ? (
            <>
              <Button icon={<Pencil aria-hidden />} onClick={() => setOpen("edit")}>
                {text("teams.modify")}
              </Button>
              <Button icon={<Trash2 aria-hidden />} onClick={() => setOpen("deletion")}>
                {text("action.delete")}
              </Button>
              {isEmpty ? null : add}
            </>
          ) : null
        }
      />
      <div className={styles.page}>
        <Fault error={error ?? members.error} retry={() => void members.refetch()} />
        {rows.length > 0 ? (
          <MembersTable
            label={text("teams.members")}
            members={rows}
            actions={mayManage ? (member) => <MemberActions teamId={teamId} member={member} /> : null}
          />
        ) : null}
        {isEmpty ? (
          <Empty icon={<Users aria-hidden />} title={text("teams.noMembers")} actions={add}>
            {text("teams.noMembersAbout")}
          </Empty>
        ) : null}
        <More query={members} />
      </div>
      {open === "add" ? <AddMemberDialog teamId={teamId} onClose={close} /> : null}
      {open === "edit" && team ? <EditTeamDialog team={team} onClose={close} /> : null}
      {open === "deletion" && team ? (
        <DeleteTeamDialog team={team} onClose={close} onDeleted={() => void navigate({ to: "/teams" })} />
      ) : null}
    </>
  );
}
