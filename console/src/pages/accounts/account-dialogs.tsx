/** Making, changing and disabling an account. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ACCOUNT_ROLES, type Account, type AccountRole, useChangeAccount, useCreateAccount } from "@/api/accounts";
import { meQuery } from "@/api/me";
import { faultAt } from "@/api/problems";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { FormDialog } from "@/app/form-dialog";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Field, Select, TextInput } from "@/ui/field";

interface Fields {
  email: string;
  name: string;
  role: AccountRole;
}

interface FieldsProps {
  fields: Fields;
  onChange: (fields: Fields) => void;
  error: unknown;
}

function AccountFields({ fields, onChange, error }: FieldsProps) {
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
            value={fields.email}
            onChange={(event) => onChange({ ...fields, email: event.target.value })}
          />
        )}
      </Field>
      <Field label={text("members.name")} error={faultAt(error, "/name")}>
        {(ids) => (
          <TextInput
            {...ids}
            required
            dir="auto"
            autoComplete="off"
            value={fields.name}
            onChange={(event) => onChange({ ...fields, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={text("members.role")} hint={text(`accounts.role.${fields.role}.about`)}>
        {(ids) => (
          <Select
            {...ids}
            value={fields.role}
            onChange={(role) => onChange({ ...fields, role })}
            options={ACCOUNT_ROLES.map((each) => ({ value: each, label: text(`accounts.role.${each}`) }))}
          />
        )}
      </Field>
    </>
  );
}

const trimmed = ({ email, name, role }: Fields): Fields => ({ email: email.trim(), name: name.trim(), role });
const isWhole = ({ email, name }: Fields) => email.trim() !== "" && name.trim() !== "";

export function CreateAccountDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const create = useCreateAccount();
  const [fields, setFields] = useState<Fields>({ email: "", name: "", role: "member" });
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      title={text("accounts.create")}
      submit={text("action.create")}
      ready={isWhole(fields)}
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate({ ...trimmed(fields), password: password || null }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <AccountFields fields={fields} onChange={setFields} error={create.error} />
      <Field
        label={text("accounts.password")}
        hint={text("accounts.passwordHint")}
        error={faultAt(create.error, "/password")}
      >
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

interface Props {
  account: Account;
  onClose: () => void;
}

export function EditAccountDialog({ account, onClose }: Props) {
  const text = useText();
  const me = useMe();
  const queries = useQueryClient();
  const change = useChangeAccount(account.id);
  const [fields, setFields] = useState<Fields>({ email: account.email, name: account.name, role: account.role });
  const done = () => {
    if (account.id === me.id) void queries.invalidateQueries({ queryKey: meQuery.queryKey, exact: true });
    onClose();
  };
  return (
    <FormDialog
      title={text("members.modify", { name: account.name || account.email })}
      submit={text("action.ok")}
      ready={isWhole(fields)}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate(trimmed(fields), { onSuccess: done })}
      onClose={onClose}
    >
      <AccountFields fields={fields} onChange={setFields} error={change.error} />
    </FormDialog>
  );
}

export function DisableDialog({ account, onClose }: Props) {
  const text = useText();
  const change = useChangeAccount(account.id);
  return (
    <ConfirmDialog
      title={text("accounts.disable", { name: account.name || account.email })}
      action={text("accounts.disableShort")}
      about={text("accounts.disableAbout")}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate({ disabled: true }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
