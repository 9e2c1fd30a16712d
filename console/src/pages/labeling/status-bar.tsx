/** The tabs with their counts, and what can be done with the job's data. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronDown, History, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useIntl } from "react-intl";
import type { Job } from "@/api/jobs";
import { mayManage } from "@/app/job-rights";
import { isUnreadableTab, STATUSES } from "@/labeling/filters";
import { usePageDrop } from "@/pages/data/use-page-drop";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Menu, MenuItem } from "@/ui/menu";
import tabStyles from "@/ui/tabs.module.css";
import { useBenchState, useCounts } from "./bench-context";
import { useDialogs } from "./dialogs";
import styles from "./labeling.module.css";

const route = getRouteApi("/signed-in/jobs/$jobId");
// The router marks the link of the present page by itself; a tab is marked by what is shown.
const SAME_SEARCH = { exact: true, includeSearch: true, explicitUndefined: true };
const COUNTS = { all: "total", unlabeled: "unlabeled", labeled: "labeled", to_confirm: "to_confirm" } as const;

export function StatusBar({ job }: { job: Job }) {
  return (
    <div className={styles.statusBar}>
      <StatusTabs />
      <DataActions job={job} />
    </div>
  );
}

function StatusTabs() {
  const text = useText();
  const intl = useIntl();
  const { jobId } = route.useParams();
  const { page: _, ...shown } = route.useSearch();
  const counts = useCounts();
  const present = useBenchState((state) => state.view.filter.status);
  const isUnreadable = useBenchState((state) => isUnreadableTab(state.view.filter));
  const search = isUnreadable ? { ...shown, state: undefined } : shown;
  return (
    <nav aria-label={text("labeling.statuses")} className={tabStyles.tabs}>
      {STATUSES.map((status) => (
        <Link
          key={status}
          to="/jobs/$jobId"
          params={{ jobId }}
          search={{ ...search, status: status === "unlabeled" ? undefined : status }}
          activeOptions={SAME_SEARCH}
          className={tabStyles.tab}
          data-current={(present === status && !isUnreadable) || undefined}
        >
          {text(`labeling.status.${status}`)}
          <span className={tabStyles.count} data-count={status}>
            {counts ? intl.formatNumber(counts[COUNTS[status]]) : "…"}
          </span>
        </Link>
      ))}
      <UnreadableTab />
    </nav>
  );
}

/** Nobody is asked to label what cannot be read. It is shown where there is any, and while it is looked at. */
function UnreadableTab() {
  const text = useText();
  const intl = useIntl();
  const { jobId } = route.useParams();
  const { page: _, ...search } = route.useSearch();
  const unreadable = useCounts()?.unreadable ?? 0;
  const isPresent = useBenchState((state) => isUnreadableTab(state.view.filter));
  if (unreadable === 0 && !isPresent) return null;
  return (
    <Link
      to="/jobs/$jobId"
      params={{ jobId }}
      search={{ ...search, status: "all", state: "unreadable" }}
      activeOptions={SAME_SEARCH}
      className={tabStyles.tab}
      data-current={isPresent || undefined}
      title={text("labeling.unreadableAbout")}
    >
      {text("criterion.state.unreadable")}
      <span className={tabStyles.count} data-count="unreadable">
        {intl.formatNumber(unreadable)}
      </span>
    </Link>
  );
}

function DataActions({ job }: { job: Job }) {
  const text = useText();
  const { open, present } = useDialogs();
  // In focus the selection is not in sight.
  const areSome = useBenchState((state) => state.mode !== "focus" && state.selection.ids.size > 0);
  usePageDrop((dropped) => {
    if (mayManage(job) && present === null) open({ kind: "add-data", dropped });
  });
  if (!mayManage(job)) return null;
  return (
    <div className={styles.actions}>
      <Menu
        align="start"
        trigger={
          <Button look="quiet" icon={<Plus aria-hidden />}>
            {text("data.add")} <ChevronDown aria-hidden size={14} />
          </Button>
        }
      >
        <MenuItem icon={<Plus aria-hidden />} onSelect={() => open({ kind: "add-data" })}>
          {text("data.add")}
        </MenuItem>
        <MenuItem icon={<History aria-hidden />} onSelect={() => open({ kind: "data-history" })}>
          {text("history.view")}
        </MenuItem>
      </Menu>
      <Button look="quiet" icon={<RefreshCw aria-hidden />} onClick={() => open({ kind: "synchronize" })}>
        {text("data.synchronize")}
      </Button>
      <Button look="quiet" icon={<Trash2 aria-hidden />} disabled={!areSome} onClick={() => open({ kind: "delete" })}>
        {text("action.delete")}
      </Button>
    </div>
  );
}
