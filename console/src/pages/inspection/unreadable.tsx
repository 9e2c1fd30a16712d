import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, Trash2 } from "lucide-react";
import { unreadableQuery } from "@/api/inspection";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { MiddleText } from "@/ui/middle-text";
import { ActionsCell, ActionsColumn, Table } from "@/ui/table";

interface Props {
  datasetId: string;
  onDelete: (ids: readonly string[]) => void;
}

export function Unreadable({ datasetId, onDelete }: Props) {
  const text = useText();
  const pages = useInfiniteQuery(unreadableQuery(datasetId));
  const found = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {found.length > 0 ? (
        <Table label={text("inspection.unreadable")}>
          <thead>
            <tr>
              <th>{text("versions.path")}</th>
              <th>{text("inspection.reason")}</th>
              <ActionsColumn />
            </tr>
          </thead>
          <tbody>
            {found.map((sample) => (
              <tr key={sample.id}>
                <td>
                  <MiddleText>{sample.path}</MiddleText>
                </td>
                <td>{sample.reason}</td>
                <ActionsCell>
                  <IconButton
                    label={text("members.delete", { name: sample.name })}
                    onClick={() => onDelete([sample.id])}
                  >
                    <Trash2 />
                  </IconButton>
                </ActionsCell>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      <More query={pages} />
      {pages.isSuccess && found.length === 0 && !pages.hasNextPage ? (
        <Empty icon={<CircleCheck aria-hidden />} title={text("inspection.allReadable")} />
      ) : null}
    </>
  );
}
