/** The console's addresses. Pages are loaded when they are first opened. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { csrfToken } from "@/api/fetching";
import { meQuery } from "@/api/me";
import { Problem, SignedOut } from "@/api/problems";
import { validateDatasetSearch } from "@/pages/datasets/search";
import { type Shown, shownOf } from "@/pages/inspection/shown";
import { validateJobsSearch } from "@/pages/jobs/search";
import { validateLabelingSearch } from "@/pages/labeling/search";
import { validateLabelsSearch } from "@/pages/labels/search";
import { validateOperationsSearch } from "@/pages/operations/search";
import { NotFoundPage, PageFault } from "./page-fault";
import { parseSearch, stringifySearch, textOf } from "./search";
import { SessionGuard } from "./session";
import { Shell } from "./shell";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string; problem?: string } => {
    const next = textOf(search.next);
    const problem = textOf(search.problem);
    return { ...(next?.startsWith("/") && !next.startsWith("//") ? { next } : {}), ...(problem ? { problem } : {}) };
  },
  component: lazyRouteComponent(() => import("@/pages/sign-in/sign-in-page"), "SignInPage"),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: "/password-reset",
  component: lazyRouteComponent(() => import("@/pages/sign-in/forgotten-page"), "ForgottenPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/password-reset/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/reset-page"), "ResetPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitations/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/invitation-page"), "InvitationPage"),
});

const emailChange = createRoute({
  getParentRoute: () => root,
  path: "/email-change/$token",
  component: lazyRouteComponent(() => import("@/pages/sign-in/email-change-page"), "EmailChangePage"),
});

/** Everything below asks for a sign-in first. */
const signedIn = createRoute({
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

const pages = createRoute({ getParentRoute: () => signedIn, id: "pages", component: Shell });

const jobs = createRoute({
  getParentRoute: () => pages,
  path: "/",
  validateSearch: validateJobsSearch,
  component: lazyRouteComponent(() => import("@/pages/jobs/jobs-page"), "JobsPage"),
});

const labels = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/labels",
  validateSearch: validateLabelsSearch,
  component: lazyRouteComponent(() => import("@/pages/labels/labels-page"), "LabelsPage"),
});

const overview = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/overview",
  component: lazyRouteComponent(() => import("@/pages/overview/overview-page"), "OverviewPage"),
});

const datasets = createRoute({
  getParentRoute: () => pages,
  path: "/datasets",
  component: lazyRouteComponent(() => import("@/pages/datasets/datasets-page"), "DatasetsPage"),
});

const dataset = createRoute({
  getParentRoute: () => pages,
  path: "/datasets/$datasetId",
  validateSearch: validateDatasetSearch,
  component: lazyRouteComponent(() => import("@/pages/datasets/dataset-page"), "DatasetPage"),
});

const inspection = createRoute({
  getParentRoute: () => pages,
  path: "/datasets/$datasetId/inspection",
  validateSearch: (search): { show?: Shown } => {
    const show = shownOf(search.show);
    return show ? { show } : {};
  },
  component: lazyRouteComponent(() => import("@/pages/inspection/inspection-page"), "InspectionPage"),
});

const versions = createRoute({
  getParentRoute: () => pages,
  path: "/datasets/$datasetId/versions",
  validateSearch: (search): { job?: string } => {
    const job = textOf(search.job);
    return job ? { job } : {};
  },
  component: lazyRouteComponent(() => import("@/pages/versions/versions-page"), "VersionsPage"),
});

const labeling = createRoute({
  getParentRoute: () => signedIn,
  path: "/jobs/$jobId",
  validateSearch: validateLabelingSearch,
  component: lazyRouteComponent(() => import("@/pages/labeling/labeling-page"), "LabelingPage"),
});

const annotators = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/annotators",
  component: lazyRouteComponent(() => import("@/pages/annotators/annotators-page"), "AnnotatorsPage"),
});

const teams = createRoute({
  getParentRoute: () => pages,
  path: "/teams",
  component: lazyRouteComponent(() => import("@/pages/teams/teams-page"), "TeamsPage"),
});

const team = createRoute({
  getParentRoute: () => pages,
  path: "/teams/$teamId",
  component: lazyRouteComponent(() => import("@/pages/teams/team-page"), "TeamPage"),
});

const accounts = createRoute({
  getParentRoute: () => pages,
  path: "/accounts",
  component: lazyRouteComponent(() => import("@/pages/accounts/accounts-page"), "AccountsPage"),
});

const sources = createRoute({
  getParentRoute: () => pages,
  path: "/sources",
  component: lazyRouteComponent(() => import("@/pages/sources/sources-page"), "SourcesPage"),
});

const operations = createRoute({
  getParentRoute: () => pages,
  path: "/operations",
  validateSearch: validateOperationsSearch,
  component: lazyRouteComponent(() => import("@/pages/operations/operations-page"), "OperationsPage"),
});

const profile = createRoute({
  getParentRoute: () => pages,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/pages/profile/profile-page"), "ProfilePage"),
});

const routes = root.addChildren([
  signIn,
  forgotten,
  reset,
  invitation,
  emailChange,
  signedIn.addChildren([
    pages.addChildren([
      jobs,
      labels,
      overview,
      annotators,
      datasets,
      dataset,
      versions,
      inspection,
      teams,
      team,
      accounts,
      sources,
      operations,
      profile,
    ]),
    labeling,
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageFault,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
