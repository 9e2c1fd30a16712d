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

/** The organisation's own providers that one may sign in with, besides the password. */
export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: () => reply(api.GET("/api/v1/auth/providers")),
  staleTime: 5 * 60_000,
  retry: false,
});

export function confirmEmail(token: string) {
  return reply(api.POST("/api/v1/auth/email-change/{token}", { params: { path: { token } } }));
}

export function signOut() {
  return reply(api.POST("/api/v1/auth/logout", { params: { query: { session: "cookie" } } }));
}

export function changeMe(body: Schemas["MeChange"]): Promise<Me> {
  return reply(api.PATCH("/api/v1/me", { body }));
}

/** Ends every session of the account, so this one begins anew with the new password. */
export async function changePassword(email: string, body: Schemas["PasswordChange"]): Promise<void> {
  await reply(api.POST("/api/v1/me/password", { body }));
  await signIn(email, body.new_password);
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
