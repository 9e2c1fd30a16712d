/** Somebody new, by e-mail address: the fields that a team and a job share. */
import type { MemberRole } from "@/api/members";
import { ROLES } from "@/api/members";
import { faultAt } from "@/api/problems";
import { useText } from "@/text/text";
import { Field, Select, TextInput } from "@/ui/field";

export interface Person {
  email: string;
  name: string;
  role: MemberRole;
}

export const NOBODY: Person = { email: "", name: "", role: "labeler" };

interface Props {
  person: Person;
  onChange: (person: Person) => void;
  error: unknown;
}

export function MemberFields({ person, onChange, error }: Props) {
  const text = useText();
  return (
    <>
      <Field label={text("members.email")} error={faultAt(error, "/email")}>
        {(ids) => (
          <TextInput
            {...ids}
            type="email"
            autoFocus
            required
            autoComplete="off"
            value={person.email}
            onChange={(event) => onChange({ ...person, email: event.target.value })}
          />
        )}
      </Field>
      <Field label={text("members.name")} hint={text("members.nameHint")} error={faultAt(error, "/name")}>
        {(ids) => (
          <TextInput
            {...ids}
            dir="auto"
            autoComplete="off"
            value={person.name}
            onChange={(event) => onChange({ ...person, name: event.target.value })}
          />
        )}
      </Field>
      <RoleField role={person.role} onChange={(role) => onChange({ ...person, role })} />
    </>
  );
}

export function RoleField({ role, onChange }: { role: MemberRole; onChange: (role: MemberRole) => void }) {
  const text = useText();
  return (
    <Field label={text("members.role")} hint={text(`members.role.${role}.about`)}>
      {(ids) => (
        <Select
          {...ids}
          value={role}
          onChange={onChange}
          options={ROLES.map((each) => ({ value: each, label: text(`members.role.${each}`) }))}
        />
      )}
    </Field>
  );
}
