/** A team's name and description, and its deletion. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { faultAt } from "@/api/problems";
import { type Team, type TeamText, teamDeletionQuery, useChangeTeam, useDeleteTeam } from "@/api/teams";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Field, TextArea, TextInput } from "@/ui/field";

const LONGEST_DESCRIPTION = 256;

interface Props {
  title: string;
  submit: string;
  before: TeamText;
  busy: boolean;
  error: unknown;
  onSubmit: (team: TeamText) => void;
  onClose: () => void;
}

export function TeamDialog({ title, submit, before, busy, error, onSubmit, onClose }: Props) {
  const text = useText();
  const [name, setName] = useState(before.name);
  const [description, setDescription] = useState(before.description);
  return (
    <FormDialog
      title={title}
      submit={submit}
      ready={name.trim() !== ""}
      busy={busy}
      error={error}
      onSubmit={() => onSubmit({ name: name.trim(), description: description.trim() })}
      onClose={onClose}
    >
      <Field label={text("teams.name")} error={faultAt(error, "/name")}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus
            required
            dir="auto"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={text("teams.description")} error={faultAt(error, "/description")}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={3}
            dir="auto"
            maxLength={LONGEST_DESCRIPTION}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

export function EditTeamDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  const text = useText();
  const change = useChangeTeam(team.id);
  return (
    <TeamDialog
      title={text("teams.edit", { name: team.name })}
      submit={text("action.ok")}
      before={team}
      busy={change.isPending}
      error={change.error}
      onSubmit={(body) => change.mutate(body, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

interface DeletionProps {
  team: Team;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteTeamDialog({ team, onClose, onDeleted = onClose }: DeletionProps) {
  const text = useText();
  const touched = useQuery(teamDeletionQuery(team.id));
  const deletion = useDeleteTeam();
  return (
    <ConfirmDialog
      title={text("teams.delete", { name: team.name })}
      action={text("action.delete")}
      about={touched.data ? text("teams.deletionAbout", { members: touched.data.members }) : null}
      typed={team.name}
      busy={deletion.isPending}
      error={touched.error ?? deletion.error}
      onConfirm={() => deletion.mutate(team.id, { onSuccess: onDeleted })}
      onClose={onClose}
    />
  );
}
