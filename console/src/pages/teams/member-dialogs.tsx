/** Adding, changing and removing a team's members. */
import { useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Member, memberRemovalQuery, useAddMember, useChangeMember, useRemoveMember } from "@/api/members";
import { faultAt } from "@/api/problems";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { FormDialog } from "@/app/form-dialog";
import { MemberFields, NOBODY, RoleField } from "@/pages/members/member-fields";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";

export function AddMemberDialog({ teamId, onClose }: { teamId: string; onClose: () => void }) {
  const text = useText();
  const add = useAddMember(teamId);
  const [person, setPerson] = useState(NOBODY);
  return (
    <FormDialog
      title={text("annotators.add")}
      submit={text("action.ok")}
      ready={person.email.trim() !== ""}
      busy={add.isPending}
      error={add.error}
      onSubmit={() =>
        add.mutate(
          { email: person.email.trim(), name: person.name.trim() || null, role: person.role },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <MemberFields person={person} onChange={setPerson} error={add.error} />
    </FormDialog>
  );
}

interface Props {
  teamId: string;
  member: Member;
}

export function MemberActions({ teamId, member }: Props) {
  const text = useText();
  const [open, setOpen] = useState<"edit" | "removal" | null>(null);
  const name = member.name || member.email || "";
  return (
    <>
      <IconButton label={text("members.modify", { name })} onClick={() => setOpen("edit")}>
        <Pencil />
      </IconButton>
      <IconButton label={text("members.delete", { name })} onClick={() => setOpen("removal")}>
        <Trash2 />
      </IconButton>
      {open === "edit" ? <EditDialog teamId={teamId} member={member} onClose={() => setOpen(null)} /> : null}
      {open === "removal" ? <RemovalDialog teamId={teamId} member={member} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function EditDialog({ teamId, member, onClose }: Props & { onClose: () => void }) {
  const text = useText();
  const change = useChangeMember(teamId);
  const [name, setName] = useState(member.name);
  const [role, setRole] = useState(member.role);
  const renamed = name.trim() !== member.name && name.trim() !== "";
  return (
    <FormDialog
      title={text("members.modify", { name: member.name || member.email || "" })}
      submit={text("action.ok")}
      busy={change.isPending}
      error={change.error}
      onSubmit={() =>
        change.mutate({ id: member.id, role, ...(renamed ? { name: name.trim() } : {}) }, { onSuccess: onClose })
      }
      onClose={onClose}
    >
      <Field label={text("members.name")} error={faultAt(change.error, "/name")}>
        {(ids) => <TextInput {...ids} dir="auto" value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}

function RemovalDialog({ teamId, member, onClose }: Props & { onClose: () => void }) {
  const text = useText();
  const touched = useQuery(memberRemovalQuery(teamId, member.id));
  const removal = useRemoveMember(teamId);
  return (
    <ConfirmDialog
      title={text("members.delete", { name: member.name || member.email || "" })}
      action={text("action.delete")}
      about={touched.data ? text("teams.removalAbout", { members: touched.data.members }) : null}
      busy={removal.isPending}
      error={touched.error ?? removal.error}
      onConfirm={() => removal.mutate(member.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
