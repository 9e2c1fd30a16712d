import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { forgetPassword } from "@/api/me";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { Frame } from "./frame";
import styles from "./sign-in.module.css";

export function ForgottenPage() {
  const text = useText();
  const [email, setEmail] = useState("");
  const request = useMutation({ mutationFn: () => forgetPassword(email.trim()) });
  return (
    <Frame title={text("forgotten.title")} about={text("forgotten.about")}>
      {request.isSuccess ? (
        <Notice>{text("forgotten.sent")}</Notice>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            request.mutate();
          }}
        >
          <Field label={text("signIn.email")}>
            {(ids) => (
              <TextInput
                {...ids}
                type="email"
                autoComplete="username"
                autoFocus
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Fault error={request.error} />
          <Button type="submit" look="primary" busy={request.isPending}>
            {text("forgotten.submit")}
          </Button>
        </form>
      )}
      <p className={styles.aside}>
        <Link to="/sign-in">{text("forgotten.back")}</Link>
      </p>
    </Frame>
  );
}
