/** Accounts, for administrators. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, everything, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type Account = Schemas["AccountView"];
export type AccountRole = Schemas["AccountRole"];
export type NewAccount = Schemas["NewAccount"];
export type AccountChange = Schemas["AccountChange"];

export const ACCOUNT_ROLES = ["admin", "member", "annotator"] as const satisfies readonly AccountRole[];
const accountsKey = ["accounts"] as const;

export function accountsQuery(wanted: { email?: string; role?: AccountRole }) {
  return pagesQuery([...accountsKey, wanted], (at) =>
    reply(api.GET("/api/v1/accounts", { params: { query: { ...wanted, ...at } } })),
  );
}

const named = ({ id, name, email }: Account) => ({ id, name: name || email });
const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

/** Everybody there is, by name. */
export const allAccountsQuery = queryOptions({
  queryKey: [...accountsKey, "all"],
  queryFn: async () => (await accountsIn()).map(named).sort(byName),
});

function accountsIn(role?: AccountRole): Promise<Account[]> {
  return everything((cursor, limit) =>
    reply(
      api.GET("/api/v1/accounts", {
        params: { query: { ...(role ? { role } : {}), limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}

/** Everybody who may own a job, by name. */
export const jobCreatorsQuery = queryOptions({
  queryKey: [...accountsKey, "job-creators"],
  queryFn: async () => {
    const found = (await Promise.all([accountsIn("admin"), accountsIn("member")])).flat();
    return found
      .filter((account) => !account.disabled)
      .map(named)
      .sort(byName);
  },
});

function useAccountChange<T, R>(mutationFn: (value: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: accountsKey }) });
}

export function useCreateAccount() {
  return useAccountChange((body: NewAccount): Promise<Account> => reply(api.POST("/api/v1/accounts", { body })));
}

export function useChangeAccount(accountId: string) {
  return useAccountChange(
    (body: AccountChange): Promise<Account> =>
      reply(api.PATCH("/api/v1/accounts/{account_id}", { params: { path: { account_id: accountId } }, body })),
  );
}
