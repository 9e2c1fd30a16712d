import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { jobQuery } from "@/api/jobs";
import { labelsQuery } from "@/api/labels";
import { acceptInvitation, invitationQuery, signIn } from "@/api/me";
import { faultAt } from "@/api/problems";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Field, TextInput } from "@/ui/field";
import { Frame } from "./frame";
import styles from "./sign-in.module.css";

const route = getRouteApi("/invitations/$token");

export function InvitationPage() {
  const text = useText();
  const { token } = route.useParams();
  const invitation = useQuery(invitationQuery(token));
  if (invitation.isPending) return null;
  if (invitation.isError) {
    return (
      <Frame title={text("invitation.title")}>
        <Fault error={invitation.error} />
        <p className={styles.aside}>
          <Link to="/sign-in">{text("forgotten.back")}</Link>
        </p>
      </Frame>
    );
  }
  return <Acceptance token={token} {...invitation.data} />;
}

/** Every service learns within a second that somebody has come. */
const KNOWN_AFTER = { retry: 10, retryDelay: 300 };

interface Invitation {
  email: string;
  name: string;
  to: string;
  job_id: string | null;
}

function Acceptance({ token, email, name: known, to, job_id: jobId }: Invitation & { token: string }) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const accept = useMutation({
    mutationFn: async () => {
      await acceptInvitation(token, { name: name.trim(), password });
      await signIn(email, password);
      if (jobId === null) return null;
      // Where the job is not there yet, or not any more, the list of jobs says so better than an error.
      const known = [
        queries.fetchQuery({ ...jobQuery(jobId), ...KNOWN_AFTER }),
        queries.fetchQuery({ ...labelsQuery(jobId), ...KNOWN_AFTER }),
      ] as const;
      return Promise.all(known).then(
        ([job]) => job,
        () => null,
      );
    },
    onSuccess: (job) => (job ? navigate({ to: "/jobs/$jobId", params: { jobId: job.id } }) : navigate({ to: "/" })),
  });
  return (
    <Frame title={text("invitation.title")} about={text("invitation.about", { to, email })}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate();
        }}
      >
        <Field label={text("invitation.name")} error={faultAt(accept.error, "/name")}>
          {(ids) => (
            <TextInput
              {...ids}
              autoComplete="name"
              autoFocus
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={text("reset.password")} hint={text("reset.hint")} error={faultAt(accept.error, "/password")}>
          {(ids) => (
            <TextInput
              {...ids}
              type="password"
              autoComplete="new-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Fault error={accept.error} />
        <Button type="submit" look="primary" busy={accept.isPending}>
          {text("invitation.submit")}
        </Button>
      </form>
    </Frame>
  );
}
