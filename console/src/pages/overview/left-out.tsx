import { useInfiniteQuery } from "@tanstack/react-query";
import { leftOutQuery } from "@/api/labels";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { useText } from "@/text/text";
import { MiddleText } from "@/ui/middle-text";
import { Notice } from "@/ui/notice";
import { Table } from "@/ui/table";

/** The images whose data brought labels for which the job has no room. Nothing if there are none. */
export function LeftOut({ jobId }: { jobId: string }) {
  const text = useText();
  const pages = useInfiniteQuery(leftOutQuery(jobId));
  const found = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const count = pages.data?.pages[0]?.count ?? 0;
  return (
    <>
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {count > 0 ? (
        <Notice tone="warn" title={text("overview.leftOut", { count })}>
          <p>{text("overview.leftOutWhy", { reason: found[0]?.reason ?? "" })}</p>
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
        </Notice>
      ) : null}
    </>
  );
}
