/** One dataset: its images, how they are labeled, and bringing in what is new. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronDown, Ellipsis, History, Pencil, Plus, RefreshCw, Tags, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Dataset, datasetQuery, datasetsKey, synchronizeDataset } from "@/api/datasets";
import { Fault, toastFault } from "@/app/fault";
import { PageHeader } from "@/app/page-header";
import { AddData } from "@/pages/data/add-data";
import { DataHistory } from "@/pages/data/history";
import { NOTHING_CHOSEN } from "@/pages/data/picking";
import { Synchronization } from "@/pages/data/synchronization";
import { Trash } from "@/pages/data/trash";
import { usePageDrop } from "@/pages/data/use-page-drop";
import { CreateJobDialog } from "@/pages/jobs/create-job-dialog";
import { useText } from "@/text/text";
import { Breadcrumb } from "@/ui/breadcrumb";
import { Button, IconButton } from "@/ui/button";
import { Markdown } from "@/ui/markdown";
import { Menu, MenuItem } from "@/ui/menu";
import { DatasetDialog } from "./dataset-dialog";
import { DatasetTabs } from "./dataset-tabs";
import styles from "./datasets.module.css";
import { DeleteDatasetDialog } from "./delete-dataset-dialog";
import { placeOf } from "./found";
import { Samples } from "./samples";

const route = getRouteApi("/signed-in/pages/datasets/$datasetId");

export function DatasetPage() {
  const { datasetId } = route.useParams();
  const dataset = useQuery(datasetQuery(datasetId));
  if (!dataset.data) return <Fault error={dataset.error} retry={() => void dataset.refetch()} />;
  return <Whole key={datasetId} dataset={dataset.data} />;
}

function Whole({ dataset }: { dataset: Dataset }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const { operation } = route.useSearch();
  const [open, setOpen] = useState<"edit" | "delete" | "job" | "add" | "history" | "trash" | null>(null);
  const [dropped, setDropped] = useState(NOTHING_CHOSEN);
  const close = () => {
    setOpen(null);
    setDropped(NOTHING_CHOSEN);
  };
  usePageDrop((chosen) => {
    if (open !== null) return;
    setDropped(chosen);
    setOpen("add");
  });
  const refresh = () => void queries.invalidateQueries({ queryKey: [...datasetsKey, dataset.id] });
  const show = (id: string | undefined) =>
    navigate({ search: ({ operation: _, ...before }) => (id ? { ...before, operation: id } : before), replace: true });
  const synchronize = () =>
    synchronizeDataset(dataset.id).then(
      (begun) => show(begun.id),
      (error: unknown) => toastFault(error, text),
    );

  return (
    <div className={styles.whole}>
      <PageHeader
        tab={[text("datasets.images"), dataset.name]}
        title={<Breadcrumb up={<Link to="/datasets">{text("nav.datasets")}</Link>}>{dataset.name}</Breadcrumb>}
        about={
          <>
            <p>{text("datasets.about", { place: placeOf(dataset), images: dataset.sample_count })}</p>
            <DatasetTabs datasetId={dataset.id} />
          </>
        }
        actions={
          <>
            <Button icon={<RefreshCw aria-hidden />} onClick={() => void synchronize()}>
              {text("data.synchronize")}
            </Button>
            <Menu
              trigger={
                <Button icon={<Plus aria-hidden />}>
                  {text("data.add")} <ChevronDown aria-hidden size={14} />
                </Button>
              }
            >
              <MenuItem icon={<Plus aria-hidden />} onSelect={() => setOpen("add")}>
                {text("data.add")}
              </MenuItem>
              <MenuItem icon={<History aria-hidden />} onSelect={() => setOpen("history")}>
                {text("history.view")}
              </MenuItem>
              <MenuItem icon={<Trash2 aria-hidden />} onSelect={() => setOpen("trash")}>
                {text("trash.title")}
              </MenuItem>
            </Menu>
            <Button look="primary" icon={<Tags aria-hidden />} onClick={() => setOpen("job")}>
              {text("datasets.label")}
            </Button>
            <Menu
              trigger={
                <IconButton label={text("action.moreFor", { name: dataset.name })}>
                  <Ellipsis />
                </IconButton>
              }
            >
              <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen("edit")}>
                {text("datasets.edit")}
              </MenuItem>
              <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setOpen("delete")}>
                {text("action.delete")}
              </MenuItem>
            </Menu>
          </>
        }
      />
      <div className={styles.parts}>
        <Samples datasetId={dataset.id} onChange={refresh} onSynchronize={() => void synchronize()} />
        <aside className={styles.facts} aria-label={text("labeling.description")}>
          {dataset.description ? <p dir="auto">{dataset.description}</p> : null}
          <header className={styles.heading}>
            <h2>{text("labeling.description")}</h2>
            <IconButton label={text("datasets.edit")} onClick={() => setOpen("edit")}>
              <Pencil />
            </IconButton>
          </header>
          {dataset.labeling_description ? (
            <Markdown>{dataset.labeling_description}</Markdown>
          ) : (
            <p className={styles.soft}>{text("datasets.noDescription")}</p>
          )}
        </aside>
      </div>
      {operation ? (
        <Synchronization key={operation} operation={operation} onEnd={refresh} onClose={() => void show(undefined)} />
      ) : null}
      {open === "edit" ? <DatasetDialog dataset={dataset} onClose={close} /> : null}
      {open === "delete" ? <DeleteDatasetDialog dataset={dataset} onClose={close} /> : null}
      {open === "add" ? (
        <AddData datasetId={dataset.id} source={dataset.source} dropped={dropped} onClose={close} onChange={refresh} />
      ) : null}
      {open === "history" ? <DataHistory datasetId={dataset.id} onClose={close} /> : null}
      {open === "trash" ? <Trash datasetId={dataset.id} onClose={close} onChange={refresh} /> : null}
      {open === "job" ? <CreateJobDialog datasetId={dataset.id} onClose={close} /> : null}
    </div>
  );
}
