/** Who uses the console, and signing in and out. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";

export type Me = Schemas["MeView"];

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: (): Promise<Me> => reply(api.GET("/api/v1/me")),
  staleTime: 5 * 60_000,
  retry: false,
});

export function signIn(email: string, password: string) {
  return reply(api.POST("/api/v1/auth/login", { params: { query: { session: "cookie" } }, body: { email, password } }));
}

export function signOut() {
  return reply(api.POST("/api/v1/auth/logout", { params: { query: { session: "cookie" } } }));
}

export function forgetPassword(email: string) {
  return reply(api.POST("/api/v1/auth/password-reset", { body: { email } }));
}

export function resetPassword(token: string, password: string) {
  return reply(api.POST("/api/v1/auth/password-reset/{token}", { params: { path: { token } }, body: { password } }));
}

export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ["invitation", token],
    queryFn: () => reply(api.GET("/api/v1/invitations/{token}", { params: { path: { token } } })),
    retry: false,
  });
}

export function acceptInvitation(token: string, body: Schemas["Acceptance"]) {
  return reply(api.POST("/api/v1/invitations/{token}:accept", { params: { path: { token } }, body }));
}
