/** The console's addresses. Pages are loaded when they are first opened. */
import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { AuditWanted } from "@/api/audit";
import { validateAuditSearch } from "@/pages/audit/search";
import { validateDatasetSearch } from "@/pages/datasets/search";
import { type Shown, shownOf } from "@/pages/inspection/shown";
import { validateJobsSearch } from "@/pages/jobs/search";
import { validateLabelingSearch } from "@/pages/labeling/search";
import { validateLabelsSearch } from "@/pages/labels/search";
import { validateOperationsSearch } from "@/pages/operations/search";
import { type QualitySearch, validateQualitySearch } from "@/pages/quality/search";
import { emailChange, forgotten, invitation, pages, reset, root, signedIn, signIn } from "./frame-routes";
import { PageFault } from "./page-fault";
import { parseSearch, stringifySearch, textOf } from "./search";

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

const acceptance = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/acceptance",
  component: lazyRouteComponent(() => import("@/pages/acceptance/acceptance-page"), "AcceptancePage"),
});

const quality = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/quality",
  validateSearch: (search): QualitySearch => validateQualitySearch(search),
  component: lazyRouteComponent(() => import("@/pages/quality/quality-page"), "QualityPage"),
});

const jobAudit = createRoute({
  getParentRoute: () => pages,
  path: "/jobs/$jobId/audit",
  validateSearch: (search): AuditWanted => validateAuditSearch(search),
  component: lazyRouteComponent(() => import("@/pages/audit/job-audit-page"), "JobAuditPage"),
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

const audit = createRoute({
  getParentRoute: () => pages,
  path: "/audit",
  validateSearch: (search): AuditWanted => validateAuditSearch(search),
  component: lazyRouteComponent(() => import("@/pages/audit/audit-page"), "AuditPage"),
});

const mailbox = createRoute({
  getParentRoute: () => pages,
  path: "/mailbox",
  component: lazyRouteComponent(() => import("@/pages/mailbox/mailbox-page"), "MailboxPage"),
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
      acceptance,
      quality,
      jobAudit,
      datasets,
      dataset,
      versions,
      inspection,
      teams,
      team,
      accounts,
      sources,
      operations,
      audit,
      mailbox,
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
