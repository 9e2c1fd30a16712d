/** What an account has chosen for the console, on every machine. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";

export type AccountPreferences = Schemas["PreferencesView"];
export type PreferencesChange = Schemas["PreferencesChange"];

export const preferencesQuery = queryOptions({
  queryKey: ["me", "preferences"],
  queryFn: (): Promise<AccountPreferences> => reply(api.GET("/api/v1/me/preferences")),
  staleTime: 60_000,
});

export function changePreferences(body: PreferencesChange): Promise<AccountPreferences> {
  return reply(api.PATCH("/api/v1/me/preferences", { body }));
}
