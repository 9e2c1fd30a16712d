/** *Add Member*: several at once from a team, or anybody by e-mail address. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { allMembersQuery, type Member, useAddAnnotator } from "@/api/members";
import { allTeamsQuery } from "@/api/teams";
import { Fault } from "@/app/fault";
import { FormDialog } from "@/app/form-dialog";
import { MemberFields, NOBODY } from "@/pages/members/member-fields";
import { useText } from "@/text/text";
import { Checkbox, Field, Select } from "@/ui/field";
import styles from "./annotators.module.css";
import { stillToAdd } from "./labeled-by";

const BY_EMAIL = "";

interface Props {
  jobId: string;
  teamId: string | null;
  annotators: readonly Member[];
  onClose: () => void;
}

export function AddAnnotatorsDialog({ jobId, teamId, annotators, onClose }: Props) {
  const text = useText();
  const teams = useQuery(allTeamsQuery);
  const add = useAddAnnotator(jobId);
  const [source, setSource] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [person, setPerson] = useState(NOBODY);
  const known = teams.data ?? [];
  const from = source ?? known.find((team) => team.id === teamId)?.id ?? known[0]?.id ?? BY_EMAIL;
  const byEmail = from === BY_EMAIL;

  const submit = async () => {
    if (byEmail) {
      await add.mutateAsync({ email: person.email.trim(), name: person.name.trim() || null, role: person.role });
    } else {
      for (const id of chosen) {
        await add.mutateAsync({ member_id: id });
        setChosen((before) => new Set([...before].filter((one) => one !== id)));
      }
    }
    onClose();
  };

  return (
    <FormDialog
      title={text("annotators.add")}
      submit={text("action.ok")}
      ready={byEmail ? person.email.trim() !== "" : chosen.size > 0}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => void submit().catch(() => undefined)}
      onClose={onClose}
    >
      <Field label={text("annotators.from")}>
        {(ids) => (
          <Select
            {...ids}
            value={from}
            onChange={(value) => {
              setSource(value);
              setChosen(new Set());
            }}
            options={[
              ...known.map((team) => ({ value: team.id, label: text("annotators.fromTeam", { name: team.name }) })),
              { value: BY_EMAIL, label: text("annotators.byEmail") },
            ]}
          />
        )}
      </Field>
      {byEmail ? (
        <MemberFields person={person} onChange={setPerson} error={add.error} />
      ) : (
        <Choice teamId={from} annotators={annotators} chosen={chosen} onChange={setChosen} />
      )}
      <Fault error={teams.error} />
    </FormDialog>
  );
}

interface ChoiceProps {
  teamId: string;
  annotators: readonly Member[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function Choice({ teamId, annotators, chosen, onChange }: ChoiceProps) {
  const text = useText();
  const members = useQuery(allMembersQuery(teamId));
  if (members.error) return <Fault error={members.error} />;
  if (!members.data) return null;
  const left = stillToAdd(members.data, annotators);
  if (left.length === 0) return <p className={styles.hint}>{text("annotators.allAdded")}</p>;
  return (
    <fieldset className={styles.choice}>
      <legend>{text("annotators.choose")}</legend>
      {left.map((member) => (
        <Checkbox
          key={member.id}
          checked={chosen.has(member.id)}
          onChange={(event) => {
            const next = new Set(chosen);
            if (event.target.checked) next.add(member.id);
            else next.delete(member.id);
            onChange(next);
          }}
        >
          <bdi>{member.name || member.email}</bdi>{" "}
          <span className={styles.hint}>
            {text(`members.role.${member.role}`)}
            {member.name && member.email ? ` · ${member.email}` : ""}
          </span>
        </Checkbox>
      ))}
    </fieldset>
  );
}
