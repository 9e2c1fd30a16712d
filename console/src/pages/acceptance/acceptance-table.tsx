/** Acceptances that were finished. */
import { useIntl } from "react-intl";
import type { Acceptance } from "@/api/acceptances";
import pageStyles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { Table } from "@/ui/table";
import { When } from "@/ui/when";

export function AcceptanceTable({ acceptances }: { acceptances: readonly Acceptance[] }) {
  const text = useText();
  const intl = useIntl();
  return (
    <Table label={text("acceptance.ended")}>
      <thead>
        <tr>
          <th>{text("acceptance.outcome")}</th>
          <th>{text("acceptance.sample")}</th>
          <th>{text("acceptance.accepted")}</th>
          <th>{text("acceptance.rejected")}</th>
          <th>{text("operations.conflicts")}</th>
          <th>{text("acceptance.seed")}</th>
          <th>{text("acceptance.opened")}</th>
        </tr>
      </thead>
      <tbody>
        {acceptances.map((each) => (
          <tr key={each.id}>
            <td>
              {each.outcome ? (
                <Badge tone={each.outcome.startsWith("accept") ? "good" : "danger"}>
                  {text(`acceptance.outcome.${each.outcome}`)}
                </Badge>
              ) : (
                "–"
              )}
            </td>
            <td>{intl.formatNumber(each.counts.sample)}</td>
            <td>{intl.formatNumber((each.result ?? each.counts).accepted)}</td>
            <td>{intl.formatNumber((each.result ?? each.counts).rejected)}</td>
            <td>{intl.formatNumber(each.result?.conflict_count ?? 0)}</td>
            <td className={pageStyles.soft}>{each.seed}</td>
            <td className={pageStyles.day}>
              <When at={each.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
