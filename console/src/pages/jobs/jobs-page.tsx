/** Label Data: the labeling jobs, and where a new one begins. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Database, Images, Plus, Tags } from "lucide-react";
import { useState } from "react";
import { allDatasetsQuery } from "@/api/datasets";
import { allJobsQuery } from "@/api/jobs";
import { Fault } from "@/app/fault";
import { PageHeader } from "@/app/page-header";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchInput, Select } from "@/ui/field";
import tabStyles from "@/ui/tabs.module.css";
import { useTyped } from "@/ui/use-typed";
import { CreateJobDialog } from "./create-job-dialog";
import { ExampleDialog } from "./example-dialog";
import styles from "./jobs.module.css";
import { JobsTable } from "./jobs-table";
import { type JobsSearch, TABS } from "./search";

const route = getRouteApi("/signed-in/pages/");

export function JobsPage() {
  const text = useText();
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const [trying, setTrying] = useState(false);
  const mayCreate = me.role !== "annotator";
  const tab = search.tab ?? (mayCreate ? "created" : "participating");
  const sort = search.sort ?? "-added";
  const jobs = useInfiniteQuery({ ...allJobsQuery({ ...search, tab, sort }), placeholderData: keepPreviousData });
  const change = (changes: Partial<JobsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const [typed, setTyped] = useTyped(search.name ?? "", (name) => change({ name: name || undefined }));
  const rows = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Boolean(search.name || search.type);
  const isEmpty = jobs.isSuccess && rows.length === 0;
  const mayBegin = isEmpty && !isFiltered && mayCreate && tab === "created";
  const datasets = useQuery({ ...allDatasetsQuery, enabled: mayBegin });
  const isFirstRun = mayBegin && datasets.data?.length === 0;
  const create = mayCreate ? (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
      {text("jobs.create")}
    </Button>
  ) : null;

  return (
    <>
      <PageHeader title={text("nav.labelData")} actions={mayBegin && !isFirstRun ? null : create} />
      <div className={styles.page}>
        <div className={styles.bar}>
          <nav aria-label={text("jobs.tabs")} className={tabStyles.tabs}>
            {TABS.map((each) => (
              <Link
                key={each}
                to="/"
                search={{ ...search, tab: each }}
                activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
                className={tabStyles.tab}
                data-current={tab === each || undefined}
              >
                {text(`jobs.tab.${each}`)}
              </Link>
            ))}
          </nav>
          <div className={styles.filters}>
            <SearchInput
              aria-label={text("jobs.search")}
              placeholder={text("jobs.search")}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Select
              aria-label={text("jobs.type")}
              className={styles.type}
              value={search.type ?? ""}
              onChange={(type) => change({ type: type || undefined })}
              options={[
                { value: "", label: text("jobs.type.all") },
                { value: "image_classification", label: text("jobs.type.image_classification") },
              ]}
            />
          </div>
        </div>
        <Fault error={jobs.error} retry={() => void jobs.refetch()} />
        {rows.length > 0 ? <JobsTable jobs={rows} sort={sort} onSort={(next) => change({ sort: next })} /> : null}
        {isFirstRun ? (
          <Empty
            icon={<Database aria-hidden />}
            title={text("jobs.first")}
            actions={
              <>
                <Button look="primary" icon={<Images aria-hidden />} onClick={() => setTrying(true)}>
                  {text("example.use")}
                </Button>
                <Button icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
                  {text("jobs.connect")}
                </Button>
              </>
            }
          >
            {text("jobs.firstAbout")}
          </Empty>
        ) : null}
        {isEmpty && !isFirstRun ? (
          <Empty
            icon={<Tags aria-hidden />}
            title={text(isFiltered ? "jobs.none.filtered" : `jobs.none.${tab}`)}
            actions={mayBegin ? create : null}
          >
            {isFiltered ? null : text(`jobs.none.${tab}.about`)}
          </Empty>
        ) : null}
        {jobs.hasNextPage ? (
          <Button className={styles.more} busy={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
            {text("action.more")}
          </Button>
        ) : null}
      </div>
      {creating ? <CreateJobDialog onClose={() => setCreating(false)} /> : null}
      {trying ? <ExampleDialog onClose={() => setTrying(false)} /> : null}
    </>
  );
}
