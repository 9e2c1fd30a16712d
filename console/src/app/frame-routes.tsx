/** What all pages stand in: the root, the pages before the sign-in, and what asks for one. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { csrfToken } from "@/api/fetching";
import { meQuery } from "@/api/me";
import { Problem, SignedOut } from "@/api/problems";
import { NotFoundPage, PageFault } from "./page-fault";
import { textOf } from "./search";
import { SessionGuard } from "./session";

interface Context {
  queries: QueryClient;
}

export const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFoundPage });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string; problem?: string } => {
    const next = textOf(search.next);
    const problem = textOf(search.problem);
    return { ...(next?.startsWith("/") && !next.startsWith("//") ? { next } : {}), ...(problem ? { problem } : {}) };
  },
  component: lazyRouteComponent(() => import("@/pages/sign-in/sign-in-page"), "SignInPage"),
});

export const forgotten = createRoute({
  getParentRoute: () => root,
  path: "/password-reset",
  component: lazyRouteComponent(() => import("@/pages/sign-in/forgotten-page"), "ForgottenPage"),
});

export const reset = createRoute({
  getParentRoute: () => root,
  path: "/password-reset/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/reset-page"), "ResetPage"),
});

export const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitations/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/invitation-page"), "InvitationPage"),
});

export const emailChange = createRoute({
  getParentRoute: () => root,
  path: "/email-change/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/email-change-page"), "EmailChangePage"),
});

/** Everything below asks for a sign-in first. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      // Without its cookie there is no session, and nothing to ask for.
      if (csrfToken() === "") throw new SignedOut("Nobody is signed in.");
      await context.queries.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof SignedOut || (error instanceof Problem && error.status === 401))) throw error;
      throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
    }
  },
  component: () => (
    <SessionGuard>
      <Outlet />
    </SessionGuard>
  ),
  errorComponent: PageFault,
});

export const pages = createRoute({
  getParentRoute: () => signedIn,
  id: "pages",
  component: lazyRouteComponent(() => import("./shell"), "Shell"),
});
