import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { leftOutQuery, useBringIn } from "@/api/labels";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { MiddleText } from "@/ui/middle-text";
import { Notice } from "@/ui/notice";
import { Table } from "@/ui/table";
import styles from "./overview.module.css";

/** The images whose data brought labels for which the job has no room, and how to bring them in. Nothing if there are none. */
export function LeftOut({ jobId }: { jobId: string }) {
  const text = useText();
  const queries = useQueryClient();
  const pages = useInfiniteQuery(leftOutQuery(jobId));
  const bringingIn = useBringIn(jobId);
  const [isAtWork, setAtWork] = useState(false);
  const begin = () => bringingIn.mutate(undefined, { onSuccess: () => setAtWork(true) });
  const end = () => {
    setAtWork(false);
    void queries.invalidateQueries({ queryKey: ["jobs", jobId] });
  };
  const found = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const count = pages.data?.pages[0]?.count ?? 0;
  return (
    <>
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {count > 0 ? (
        <Notice tone="warn" title={text("overview.leftOut", { count })}>
          <div className={styles.leftOut}>
            <p>{text("overview.leftOutWhy")}</p>
            <Fault error={bringingIn.error} />
            {bringingIn.data ? (
              <OperationProgress key={bringingIn.data.id} id={bringingIn.data.id} onEnd={end} />
            ) : null}
            <Button busy={bringingIn.isPending || isAtWork} onClick={begin}>
              {text("overview.leftOutBringIn")}
            </Button>
            <details>
              <summary>{text("overview.leftOutShow")}</summary>
              <Table label={text("overview.leftOutShow")}>
                <thead>
                  <tr>
                    <th>{text("versions.path")}</th>
                    <th>{text("overview.leftOutLabels")}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((each) => (
                    <tr key={each.sample_id}>
                      <td>
                        <MiddleText>{each.path}</MiddleText>
                      </td>
                      <td>
                        <bdi>{each.labels.join(", ")}</bdi>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </Table>
              <More query={pages} />
            </details>
          </div>
        </Notice>
      ) : null}
    </>
  );
}
