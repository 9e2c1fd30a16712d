/** Operations: long work under way, and how it ended. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Timer } from "lucide-react";
import { allOperationsQuery } from "@/api/operations";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { PageHeader } from "@/app/page-header";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Empty } from "@/ui/empty";
import { Select } from "@/ui/field";
import { ActionsColumn, Table } from "@/ui/table";
import { OperationRow } from "./operation-row";
import { OPERATION_STATES, type OperationsSearch } from "./search";

const route = getRouteApi("/signed-in/pages/operations");
type Choice = NonNullable<OperationsSearch["state"]> | "";

export function OperationsPage() {
  const text = useText();
  const me = useMe();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const operations = useInfiniteQuery({ ...allOperationsQuery(state), placeholderData: keepPreviousData });
  const rows = operations.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title={text("nav.operations")}
        about={text(me.role === "admin" ? "operations.aboutAll" : "operations.aboutOwn")}
      />
      <div className={styles.page}>
        <div className={styles.bar}>
          <Select<Choice>
            aria-label={text("operations.state")}
            className={styles.auto}
            value={state ?? ""}
            onChange={(chosen) => void navigate({ search: chosen ? { state: chosen } : {}, replace: true })}
            options={[
              { value: "", label: text("operations.anyState") },
              ...OPERATION_STATES.map((each) => ({ value: each, label: text(`operation.state.${each}`) })),
            ]}
          />
        </div>
        <Fault error={operations.error} retry={() => void operations.refetch()} />
        {rows.length > 0 ? (
          <Table label={text("nav.operations")}>
            <thead>
              <tr>
                <th>{text("operations.kind")}</th>
                <th>{text("operations.state")}</th>
                <th>{text("operations.progress")}</th>
                <th>{text("operations.result")}</th>
                <th>{text("operations.started")}</th>
                <ActionsColumn />
              </tr>
            </thead>
            <tbody>
              {rows.map((operation) => (
                <OperationRow key={operation.id} operation={operation} />
              ))}
            </tbody>
          </Table>
        ) : null}
        {operations.isSuccess && rows.length === 0 ? (
          <Empty icon={<Timer aria-hidden />} title={text(state ? "operations.noneInState" : "operations.none")}>
            {text("operations.noneAbout")}
          </Empty>
        ) : null}
        <More query={operations} />
      </div>
    </>
  );
}
