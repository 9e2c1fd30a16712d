/** Accounts, for administrators: who may sign in, and as what. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Plus, UserRound } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { ACCOUNT_ROLES, type AccountRole, accountsQuery } from "@/api/accounts";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchInput, Select } from "@/ui/field";
import { CreateAccountDialog } from "./account-dialogs";
import { AccountsTable } from "./accounts-table";

export function AccountsPage() {
  const text = useText();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<AccountRole | "">("");
  const [creating, setCreating] = useState(false);
  const wanted = useDeferredValue(email.trim());
  const accounts = useInfiniteQuery({
    ...accountsQuery({ ...(isAddress(wanted) ? { email: wanted } : {}), ...(role ? { role } : {}) }),
    placeholderData: keepPreviousData,
  });
  const rows = accounts.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title={text("nav.accounts")}
        actions={
          <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
            {text("accounts.create")}
          </Button>
        }
      />
      <div className={styles.page}>
        <div className={styles.bar}>
          <SearchInput
            aria-label={text("accounts.search")}
            placeholder={text("accounts.search")}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <Select
            aria-label={text("members.role")}
            className={styles.auto}
            value={role}
            onChange={setRole}
            options={[
              { value: "", label: text("accounts.role.all") },
              ...ACCOUNT_ROLES.map((each) => ({ value: each, label: text(`accounts.role.${each}`) })),
            ]}
          />
        </div>
        <Fault error={accounts.error} retry={() => void accounts.refetch()} />
        {rows.length > 0 ? <AccountsTable accounts={rows} /> : null}
        {accounts.isSuccess && rows.length === 0 ? (
          <Empty icon={<UserRound aria-hidden />} title={text("accounts.none")} />
        ) : null}
        <More query={accounts} />
      </div>
      {creating ? <CreateAccountDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

/** An address is searched for once it is one: a part of it would be refused. */
function isAddress(value: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}
