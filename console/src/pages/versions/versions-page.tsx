/** The versions of a dataset: what can be trained on, what changed between two, and getting it out. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Layers, Plus } from "lucide-react";
import { useState } from "react";
import { datasetQuery } from "@/api/datasets";
import { type Version, versionsQuery } from "@/api/versions";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { PageHeader } from "@/app/page-header";
import { DatasetTabs } from "@/pages/datasets/dataset-tabs";
import { useText } from "@/text/text";
import { Breadcrumb } from "@/ui/breadcrumb";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Comparison } from "./comparison";
import { DeleteVersionDialog } from "./delete-version-dialog";
import { ExportVersionDialog } from "./export-version-dialog";
import { PublishVersionDialog } from "./publish-version-dialog";
import { VersionTable } from "./version-table";
import styles from "./versions.module.css";

const route = getRouteApi("/signed-in/pages/datasets/$datasetId/versions");

type Open = { what: "publish" } | { what: "export" | "delete"; version: Version } | null;

export function VersionsPage() {
  const text = useText();
  const { datasetId } = route.useParams();
  const { job } = route.useSearch();
  // Whoever came from a job of somebody else's dataset sees its versions, not the dataset.
  const dataset = useQuery({ ...datasetQuery(datasetId), retry: false });
  const pages = useInfiniteQuery(versionsQuery(datasetId));
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const versions = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = pages.isSuccess && versions.length === 0;
  const publish = (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setOpen({ what: "publish" })}>
      {text("versions.publish")}
    </Button>
  );
  return (
    <>
      <PageHeader
        tab={[text("versions.title"), dataset.data?.name]}
        title={
          <Breadcrumb up={<Link to="/datasets">{text("nav.datasets")}</Link>}>
            {dataset.data?.name ?? text("versions.title")}
          </Breadcrumb>
        }
        about={dataset.data ? <DatasetTabs datasetId={datasetId} /> : null}
        actions={isEmpty ? null : publish}
      />
      <div className={styles.page}>
        <Fault error={pages.error} retry={() => void pages.refetch()} />
        {versions.length > 0 ? (
          <VersionTable
            versions={versions}
            onExport={(version) => setOpen({ what: "export", version })}
            onDelete={(version) => setOpen({ what: "delete", version })}
          />
        ) : null}
        <More query={pages} />
        {isEmpty ? (
          <Empty icon={<Layers aria-hidden />} title={text("versions.none")} actions={publish}>
            {text("versions.noneAbout")}
          </Empty>
        ) : null}
        {versions.length > 1 ? <Comparison datasetId={datasetId} versions={versions} /> : null}
      </div>
      {open?.what === "publish" ? (
        <PublishVersionDialog datasetId={datasetId} jobId={job} before={versions[0]} onClose={close} />
      ) : null}
      {open?.what === "export" ? (
        <ExportVersionDialog
          datasetId={datasetId}
          version={open.version}
          bucket={dataset.data?.source.bucket ?? ""}
          onClose={close}
        />
      ) : null}
      {open?.what === "delete" ? (
        <DeleteVersionDialog datasetId={datasetId} version={open.version} onClose={close} />
      ) : null}
    </>
  );
}
