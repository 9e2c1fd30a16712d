import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { signIn } from "@/api/me";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import styles from "./sign-in.module.css";

interface Props {
  /** Whose password is asked for; they may type another address if it is left out. */
  email?: string;
  onSignedIn: () => void;
}

export function SignInForm({ email: given, onSignedIn }: Props) {
  const text = useText();
  const [email, setEmail] = useState(given ?? "");
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: () => signIn(email.trim(), password), onSuccess: onSignedIn });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate();
      }}
    >
      <Field label={text("signIn.email")}>
        {(ids) => (
          <TextInput
            {...ids}
            type="email"
            autoComplete="username"
            autoFocus={!given}
            readOnly={Boolean(given)}
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label={text("signIn.password")}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="current-password"
            autoFocus={Boolean(given)}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Fault error={attempt.error} />
      <Button type="submit" look="primary" busy={attempt.isPending}>
        {text("signIn.submit")}
      </Button>
    </form>
  );
}
