/** What inspecting a dataset's images found: broken ones, and those that are there more than once. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { datasetQuery, datasetsKey } from "@/api/datasets";
import { Fault } from "@/app/fault";
import { PageHeader } from "@/app/page-header";
import { Deletion } from "@/pages/data/deletion";
import { DatasetTabs } from "@/pages/datasets/dataset-tabs";
import { type TextKey, useText } from "@/text/text";
import { Breadcrumb } from "@/ui/breadcrumb";
import tabStyles from "@/ui/tabs.module.css";
import { Groups } from "./groups";
import styles from "./inspection.module.css";
import { MergeDialog, type Merging } from "./merge-dialog";
import { SHOWN } from "./shown";
import { Unreadable } from "./unreadable";

const route = getRouteApi("/signed-in/pages/datasets/$datasetId/inspection");

export function InspectionPage() {
  const text = useText();
  const queries = useQueryClient();
  const { datasetId } = route.useParams();
  const { show = "unreadable" } = route.useSearch();
  const dataset = useQuery(datasetQuery(datasetId));
  const [merging, setMerging] = useState<Merging | null>(null);
  const [deleting, setDeleting] = useState<readonly string[] | null>(null);
  if (!dataset.data) return <Fault error={dataset.error} retry={() => void dataset.refetch()} />;
  return (
    <>
      <PageHeader
        tab={[text("inspection.title"), dataset.data.name]}
        title={<Breadcrumb up={<Link to="/datasets">{text("nav.datasets")}</Link>}>{dataset.data.name}</Breadcrumb>}
        about={<DatasetTabs datasetId={datasetId} />}
      />
      <div className={styles.page}>
        <nav aria-label={text("inspection.title")} className={tabStyles.tabs}>
          {SHOWN.map((each) => (
            <Link
              key={each}
              to="/datasets/$datasetId/inspection"
              params={{ datasetId }}
              search={each === "unreadable" ? {} : { show: each }}
              aria-current={each === show ? "true" : undefined}
              className={each === show ? `${tabStyles.tab} ${tabStyles.current}` : tabStyles.tab}
            >
              {text(`inspection.${each}` as TextKey)}
            </Link>
          ))}
        </nav>
        <p className={styles.soft}>{text(`inspection.${show}About` as TextKey)}</p>
        {show === "unreadable" ? (
          <Unreadable datasetId={datasetId} onDelete={setDeleting} />
        ) : (
          <Groups key={show} datasetId={datasetId} kind={show} onMerge={setMerging} />
        )}
      </div>
      {merging ? (
        <MergeDialog
          datasetId={datasetId}
          merging={merging}
          onClose={() => setMerging(null)}
          onMerged={() => {
            setMerging(null);
            void queries.invalidateQueries({ queryKey: [...datasetsKey, datasetId] });
          }}
        />
      ) : null}
      {deleting ? (
        <Deletion
          datasetId={datasetId}
          ids={deleting}
          onClose={() => setDeleting(null)}
          onDeleted={() => {
            setDeleting(null);
            void queries.invalidateQueries({ queryKey: [...datasetsKey, datasetId] });
          }}
        />
      ) : null}
    </>
  );
}
