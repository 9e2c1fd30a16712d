/** Where one is signed in, and ending it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import {
  allSessionsTouchedQuery,
  endAllSessions,
  type SessionInfo,
  sessionsQuery,
  useEndSession,
} from "@/api/sessions";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { Fault, toastFault } from "@/app/fault";
import pageStyles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { Tooltip } from "@/ui/tooltip";
import { When } from "@/ui/when";
import { browserIn } from "./browser";
import styles from "./profile.module.css";

export function Sessions() {
  const text = useText();
  const sessions = useQuery(sessionsQuery);
  const [ending, setEnding] = useState(false);
  return (
    <>
      <Fault error={sessions.error} retry={() => void sessions.refetch()} />
      {sessions.data ? (
        <Table label={text("sessions.title")}>
          <thead>
            <tr>
              <th>{text("sessions.browser")}</th>
              <th>{text("sessions.address")}</th>
              <th>{text("sessions.since")}</th>
              <th>{text("sessions.lastUsed")}</th>
              <ActionsColumn />
            </tr>
          </thead>
          <tbody>
            {sessions.data.map((session) => (
              <Row key={session.id} session={session} />
            ))}
          </tbody>
        </Table>
      ) : null}
      <Button className={styles.start} icon={<LogOut aria-hidden />} onClick={() => setEnding(true)}>
        {text("sessions.endAll")}
      </Button>
      {ending ? <EndAllDialog onClose={() => setEnding(false)} /> : null}
    </>
  );
}

function Row({ session }: { session: SessionInfo }) {
  const text = useText();
  const end = useEndSession();
  const { id, user_agent, address, created_at, last_used_at, current } = session;
  return (
    <tr>
      <td>
        <Tooltip text={user_agent}>
          <span className={pageStyles.name}>{browserIn(user_agent) || text("sessions.unknown")}</span>
        </Tooltip>{" "}
        {current ? <Badge tone="accent">{text("sessions.current")}</Badge> : null}
      </td>
      <td className={pageStyles.soft}>{address}</td>
      <td className={pageStyles.day}>
        <When at={created_at} />
      </td>
      <td className={pageStyles.day}>
        <When at={last_used_at} />
      </td>
      <ActionsCell>
        {current ? null : (
          <Button busy={end.isPending} onClick={() => end.mutate(id, { onError: (error) => toastFault(error, text) })}>
            {text("sessions.end")}
          </Button>
        )}
      </ActionsCell>
    </tr>
  );
}

function EndAllDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const touched = useQuery(allSessionsTouchedQuery());
  const end = useMutation({
    mutationFn: endAllSessions,
    onSuccess: () => {
      queries.clear();
      return navigate({ to: "/sign-in" });
    },
  });
  return (
    <ConfirmDialog
      title={text("sessions.endAll")}
      action={text("sessions.endAllYes")}
      about={touched.data ? text("sessions.endAllAbout", { sessions: touched.data.sessions }) : null}
      busy={end.isPending}
      error={touched.error ?? end.error}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    />
  );
}
