/** One's name, and a new password. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeMe, changePassword, meQuery } from "@/api/me";
import { faultAt } from "@/api/problems";
import { sessionsKey } from "@/api/sessions";
import { Fault } from "@/app/fault";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { toast } from "@/ui/toast";
import styles from "./profile.module.css";

export function NameForm() {
  const text = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [name, setName] = useState(me.name);
  const change = useMutation({
    mutationFn: () => changeMe({ name: name.trim() }),
    onSuccess: (present) => {
      queries.setQueryData(meQuery.queryKey, present);
      toast(text("profile.saved"));
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Field label={text("members.name")} hint={text("profile.nameHint")} error={faultAt(change.error, "/name")}>
        {(ids) => (
          <TextInput
            {...ids}
            required
            dir="auto"
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Fault error={change.error} />
      <Button
        type="submit"
        className={styles.start}
        busy={change.isPending}
        disabled={name.trim() === "" || name.trim() === me.name}
      >
        {text("profile.save")}
      </Button>
    </form>
  );
}

const NOTHING = { present: "", next: "" };

export function PasswordForm() {
  const text = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(NOTHING);
  const change = useMutation({
    mutationFn: () => changePassword(me.email, { current_password: typed.present, new_password: typed.next }),
    onSuccess: () => {
      setTyped(NOTHING);
      toast(text("profile.passwordChanged"));
      return queries.invalidateQueries({ queryKey: sessionsKey });
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      {/* Password managers want to know whose password it is. */}
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <Field label={text("profile.currentPassword")} error={faultAt(change.error, "/current_password")}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            required
            autoComplete="current-password"
            value={typed.present}
            onChange={(event) => setTyped({ ...typed, present: event.target.value })}
          />
        )}
      </Field>
      <Field label={text("reset.password")} hint={text("reset.hint")} error={faultAt(change.error, "/new_password")}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            required
            autoComplete="new-password"
            value={typed.next}
            onChange={(event) => setTyped({ ...typed, next: event.target.value })}
          />
        )}
      </Field>
      <Fault error={change.error} />
      <Button
        type="submit"
        className={styles.start}
        busy={change.isPending}
        disabled={typed.present === "" || typed.next === ""}
      >
        {text("profile.changePassword")}
      </Button>
    </form>
  );
}
