/** Making an API key. Its secret is shown this once: closing the dialog is the end of it. */
import { Copy } from "lucide-react";
import { useState } from "react";
import { type KeyScope, type MadeApiKey, SCOPES, useCreateApiKey } from "@/api/keys";
import { faultAt } from "@/api/problems";
import { FormDialog } from "@/app/form-dialog";
import { type TextKey, useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox, Field, Select, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { toast } from "@/ui/toast";
import { DAYS, type Days, expiryAfter } from "./expiry";
import styles from "./profile.module.css";

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const create = useCreateApiKey();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<KeyScope>>(new Set(SCOPES));
  const [days, setDays] = useState<Days>("90");
  if (create.data) return <Secret made={create.data} onClose={onClose} />;

  const submit = () =>
    create.mutate({
      name: name.trim(),
      current_password: password,
      scopes: SCOPES.filter((scope) => scopes.has(scope)),
      expires_at: expiryAfter(days, new Date()),
    });
  return (
    <FormDialog
      title={text("keys.api.create")}
      submit={text("action.create")}
      ready={name.trim() !== "" && password !== "" && scopes.size > 0}
      busy={create.isPending}
      error={create.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={text("jobs.name")} hint={text("keys.api.nameHint")} error={faultAt(create.error, "/name")}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus
            required
            dir="auto"
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Scopes chosen={scopes} onChange={setScopes} />
      <Field label={text("keys.api.expires")} error={faultAt(create.error, "/expires_at")}>
        {(ids) => (
          <Select
            {...ids}
            value={days}
            onChange={setDays}
            options={DAYS.map((each) => ({ value: each, label: text(`keys.api.days.${each}` as TextKey) }))}
          />
        )}
      </Field>
      <Field
        label={text("profile.currentPassword")}
        hint={text("keys.api.passwordHint")}
        error={faultAt(create.error, "/current_password")}
      >
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            required
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

interface ScopesProps {
  chosen: ReadonlySet<KeyScope>;
  onChange: (chosen: ReadonlySet<KeyScope>) => void;
}

function Scopes({ chosen, onChange }: ScopesProps) {
  const text = useText();
  return (
    <fieldset className={styles.scopes}>
      <legend>{text("keys.api.scopes")}</legend>
      {SCOPES.map((scope) => (
        <Checkbox
          key={scope}
          checked={chosen.has(scope)}
          onChange={(event) =>
            onChange(new Set(SCOPES.filter((s) => (s === scope ? event.target.checked : chosen.has(s)))))
          }
        >
          {text(`keys.api.scope.${scope}`)} <small>{text(`keys.api.scope.${scope}.about`)}</small>
        </Checkbox>
      ))}
    </fieldset>
  );
}

function Secret({ made, onClose }: { made: MadeApiKey; onClose: () => void }) {
  const text = useText();
  return (
    <Dialog
      title={text("keys.api.made", { name: made.name })}
      size="medium"
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          {text("keys.api.kept")}
        </Button>
      }
    >
      <Notice tone="warn">{text("keys.api.once")}</Notice>
      <Shown label={text("keys.api.id")} value={made.id} />
      <Shown label={text("keys.api.secret")} value={made.secret} />
      <p className={styles.none}>{text("keys.api.use")}</p>
    </Dialog>
  );
}

function Shown({ label, value }: { label: string; value: string }) {
  const text = useText();
  // Without HTTPS a browser has no clipboard for pages; the text is selected, to be copied by key.
  const copy = () => {
    void navigator.clipboard?.writeText(value).then(() => toast(text("keys.api.copied")));
  };
  return (
    <Field label={label}>
      {(ids) => (
        <div className={styles.secret}>
          <TextInput {...ids} readOnly value={value} onFocus={(event) => event.target.select()} />
          {navigator.clipboard ? (
            <Button icon={<Copy aria-hidden />} onClick={copy}>
              {text("keys.api.copy")}
            </Button>
          ) : null}
        </div>
      )}
    </Field>
  );
}
