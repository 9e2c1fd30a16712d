import { Ban, Pencil, RotateCcw } from "lucide-react";
import { useState } from "react";
import { type Account, useChangeAccount } from "@/api/accounts";
import { toastFault } from "@/app/fault";
import styles from "@/app/page.module.css";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { classes } from "@/ui/classes";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";
import { When } from "@/ui/when";
import { DisableDialog, EditAccountDialog } from "./account-dialogs";

export function AccountsTable({ accounts }: { accounts: readonly Account[] }) {
  const text = useText();
  return (
    <Table label={text("nav.accounts")}>
      <thead>
        <tr>
          <th>{text("members.name")}</th>
          <th>{text("members.email")}</th>
          <th>{text("members.role")}</th>
          <th>{text("members.state")}</th>
          <th>{text("accounts.created")}</th>
          <ActionsColumn />
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <Row key={account.id} account={account} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ account }: { account: Account }) {
  const text = useText();
  const me = useMe();
  const change = useChangeAccount(account.id);
  const [open, setOpen] = useState<"edit" | "disable" | null>(null);
  const name = account.name || account.email;
  const enable = () => change.mutate({ disabled: false }, { onError: (error) => toastFault(error, text) });
  return (
    <tr>
      <td>
        <span className={classes(styles.name, styles.short)}>
          <MiddleText>{account.name || "–"}</MiddleText>
        </span>
      </td>
      <td className={styles.soft}>
        <span className={styles.short}>
          <MiddleText>{account.email}</MiddleText>
        </span>
      </td>
      <td>{text(`accounts.role.${account.role}`)}</td>
      <td>
        <Badge tone={account.disabled ? "danger" : "good"}>
          {text(account.disabled ? "accounts.disabled" : "accounts.enabled")}
        </Badge>
      </td>
      <td className={classes(styles.soft, styles.day)}>
        <When at={account.created_at} />
      </td>
      <ActionsCell>
        <IconButton label={text("members.modify", { name })} onClick={() => setOpen("edit")}>
          <Pencil />
        </IconButton>
        {account.disabled ? (
          <IconButton label={text("accounts.enable", { name })} disabled={change.isPending} onClick={enable}>
            <RotateCcw />
          </IconButton>
        ) : (
          <IconButton
            label={text("accounts.disable", { name })}
            disabled={account.id === me.id}
            onClick={() => setOpen("disable")}
          >
            <Ban />
          </IconButton>
        )}
        {open === "edit" ? <EditAccountDialog account={account} onClose={() => setOpen(null)} /> : null}
        {open === "disable" ? <DisableDialog account={account} onClose={() => setOpen(null)} /> : null}
      </ActionsCell>
    </tr>
  );
}
