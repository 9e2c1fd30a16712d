/** Datasets: where images come from, and where a new bucket is connected. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Database, Images, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useIntl } from "react-intl";
import { allDatasetsQuery } from "@/api/datasets";
import { Fault } from "@/app/fault";
import { PageHeader } from "@/app/page-header";
import { ExampleDialog } from "@/pages/jobs/example-dialog";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { SearchInput } from "@/ui/field";
import { MiddleText } from "@/ui/middle-text";
import { Table } from "@/ui/table";
import { When } from "@/ui/when";
import { DatasetDialog } from "./dataset-dialog";
import styles from "./datasets.module.css";
import { foundDatasets, placeOf } from "./found";

export function DatasetsPage() {
  const text = useText();
  const intl = useIntl();
  const navigate = useNavigate();
  const datasets = useQuery(allDatasetsQuery);
  const [sought, setSought] = useState("");
  const [creating, setCreating] = useState(false);
  const [trying, setTrying] = useState(false);
  const found = useMemo(() => foundDatasets(datasets.data ?? [], sought), [datasets.data, sought]);
  const create = (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
      {text("datasets.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={text("nav.datasets")} actions={datasets.data?.length === 0 ? null : create} />
      <div className={styles.page}>
        <Fault error={datasets.error} retry={() => void datasets.refetch()} />
        {datasets.data && datasets.data.length > 0 ? (
          <SearchInput
            className={styles.search}
            aria-label={text("datasets.search")}
            placeholder={text("datasets.search")}
            value={sought}
            onChange={(event) => setSought(event.target.value)}
          />
        ) : null}
        {found.length > 0 ? (
          <Table label={text("nav.datasets")}>
            <thead>
              <tr>
                <th>{text("jobs.name")}</th>
                <th>{text("datasets.source")}</th>
                <th>{text("datasets.images")}</th>
                <th>{text("datasets.synchronized")}</th>
                <th>{text("jobs.created")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((dataset) => (
                <tr key={dataset.id}>
                  <td>
                    <Link to="/datasets/$datasetId" params={{ datasetId: dataset.id }} className={styles.name}>
                      <MiddleText>{dataset.name}</MiddleText>
                    </Link>
                  </td>
                  <td>
                    <MiddleText>{placeOf(dataset)}</MiddleText>
                  </td>
                  <td>{intl.formatNumber(dataset.sample_count)}</td>
                  <td>{dataset.last_synced_at ? <When at={dataset.last_synced_at} /> : text("datasets.never")}</td>
                  <td>
                    <When at={dataset.created_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        ) : null}
        {datasets.isSuccess && found.length === 0 ? (
          <Empty
            icon={<Database aria-hidden />}
            title={text(sought ? "datasets.noMatch" : "datasets.none")}
            actions={
              sought ? null : (
                <>
                  {create}
                  <Button icon={<Images aria-hidden />} onClick={() => setTrying(true)}>
                    {text("example.use")}
                  </Button>
                </>
              )
            }
          >
            {sought ? null : text("datasets.noneAbout")}
          </Empty>
        ) : null}
      </div>
      {trying ? <ExampleDialog onClose={() => setTrying(false)} /> : null}
      {creating ? (
        <DatasetDialog
          dataset={null}
          onClose={() => setCreating(false)}
          onCreated={(dataset, operation) =>
            void navigate({ to: "/datasets/$datasetId", params: { datasetId: dataset.id }, search: { operation } })
          }
        />
      ) : null}
    </>
  );
}
