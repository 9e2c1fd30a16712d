import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { resetPassword } from "@/api/me";
import { faultAt } from "@/api/problems";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { Frame } from "./frame";
import styles from "./sign-in.module.css";

const route = getRouteApi("/password-reset/$token");

export function ResetPage() {
  const text = useText();
  const { token } = route.useParams();
  const [password, setPassword] = useState("");
  const reset = useMutation({ mutationFn: () => resetPassword(token, password) });
  return (
    <Frame title={text("reset.title")}>
      {reset.isSuccess ? (
        <Notice>{text("reset.done")}</Notice>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            reset.mutate();
          }}
        >
          <Field label={text("reset.password")} hint={text("reset.hint")} error={faultAt(reset.error, "/password")}>
            {(ids) => (
              <TextInput
                {...ids}
                type="password"
                autoComplete="new-password"
                autoFocus
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          <Fault error={reset.error} />
          <Button type="submit" look="primary" busy={reset.isPending}>
            {text("reset.submit")}
          </Button>
        </form>
      )}
      <p className={styles.aside}>
        <Link to="/sign-in">{text("forgotten.back")}</Link>
      </p>
    </Frame>
  );
}
