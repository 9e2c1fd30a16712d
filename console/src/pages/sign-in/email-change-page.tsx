import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { confirmEmail } from "@/api/me";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { Frame } from "./frame";
import styles from "./sign-in.module.css";

const route = getRouteApi("/email-change/$token");

/** A press of a button confirms, not opening the page: mail programs open links by themselves. */
export function EmailChangePage() {
  const text = useText();
  const { token } = route.useParams();
  const confirm = useMutation({ mutationFn: () => confirmEmail(token) });
  return (
    <Frame title={text("emailChange.title")} about={confirm.isSuccess ? undefined : text("emailChange.about")}>
      {confirm.isSuccess ? (
        <Notice>{text("emailChange.done")}</Notice>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate();
          }}
        >
          <Fault error={confirm.error} />
          <Button type="submit" look="primary" busy={confirm.isPending}>
            {text("emailChange.submit")}
          </Button>
        </form>
      )}
      <p className={styles.aside}>
        <Link to="/sign-in">{text("forgotten.back")}</Link>
      </p>
    </Frame>
  );
}
