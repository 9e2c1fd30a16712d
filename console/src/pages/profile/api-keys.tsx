/** API keys: for programs that work in one's name. */
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type ApiKey, apiKeysQuery, useDeleteApiKey } from "@/api/keys";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { Fault } from "@/app/fault";
import pageStyles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { When } from "@/ui/when";
import { CreateKeyDialog } from "./create-key-dialog";
import styles from "./profile.module.css";

export function ApiKeys() {
  const text = useText();
  const keys = useQuery(apiKeysQuery);
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Fault error={keys.error} retry={() => void keys.refetch()} />
      {keys.data && keys.data.length > 0 ? (
        <Table label={text("keys.api.title")}>
          <thead>
            <tr>
              <th>{text("jobs.name")}</th>
              <th>{text("keys.api.scopes")}</th>
              <th>{text("keys.api.created")}</th>
              <th>{text("keys.api.lastUsed")}</th>
              <th>{text("keys.api.expires")}</th>
              <ActionsColumn />
            </tr>
          </thead>
          <tbody>
            {keys.data.map((key) => (
              <Row key={key.id} apiKey={key} />
            ))}
          </tbody>
        </Table>
      ) : null}
      {keys.data?.length === 0 ? <p className={styles.none}>{text("keys.api.none")}</p> : null}
      <Button className={styles.start} icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
        {text("keys.api.create")}
      </Button>
      {creating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const text = useText();
  const [deleting, setDeleting] = useState(false);
  const deletion = useDeleteApiKey();
  const { name, scopes, job_ids, created_at, last_used_at, expires_at } = apiKey;
  const jobs = job_ids === null ? "" : ` · ${text("keys.api.jobs", { count: job_ids.length })}`;
  return (
    <tr>
      <td>
        <span className={pageStyles.name}>
          <MiddleText>{name}</MiddleText>
        </span>
      </td>
      <td className={pageStyles.soft}>
        {scopes.map((scope) => text(`keys.api.scope.${scope}`)).join(", ")}
        {jobs}
      </td>
      <td className={pageStyles.day}>
        <When at={created_at} />
      </td>
      <td className={pageStyles.day}>{last_used_at ? <When at={last_used_at} /> : text("keys.api.never")}</td>
      <td className={pageStyles.day}>
        <Expiry at={expires_at} />
      </td>
      <ActionsCell>
        <IconButton label={text("members.delete", { name })} onClick={() => setDeleting(true)}>
          <Trash2 />
        </IconButton>
        {deleting ? (
          <ConfirmDialog
            title={text("members.delete", { name })}
            action={text("action.delete")}
            about={text("keys.api.deleteAbout")}
            busy={deletion.isPending}
            error={deletion.error}
            onConfirm={() => deletion.mutate(apiKey.id, { onSuccess: () => setDeleting(false) })}
            onClose={() => setDeleting(false)}
          />
        ) : null}
      </ActionsCell>
    </tr>
  );
}

function Expiry({ at }: { at: string | null }) {
  const text = useText();
  if (at === null) return text("keys.api.never");
  if (Date.parse(at) <= Date.now()) return <Badge tone="danger">{text("keys.api.expired")}</Badge>;
  return <When at={at} />;
}
