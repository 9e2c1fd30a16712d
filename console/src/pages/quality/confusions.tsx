/** What is taken for what: from the consensus to the answers that differ. */
import { useIntl } from "react-intl";
import type { Quality } from "@/api/quality";
import { Bars } from "@/pages/overview/bars";
import { largest } from "@/pages/overview/chart-data";
import { Figure } from "@/pages/overview/figure";
import { useText } from "@/text/text";

const SHOWN = 15;
const LISTED = 200;

export function Confusions({ confusions }: { confusions: Quality["confusions"] }) {
  const text = useText();
  const intl = useIntl();
  const { top, more } = largest(confusions, (each) => each.count, SHOWN);
  const listed = largest(confusions, (each) => each.count, LISTED);
  const nameOf = (labels: Quality["confusions"][number]["from"]) =>
    (Array.isArray(labels) ? labels.join(", ") : labels) || text("labels.noLabel");
  const told = (each: Quality["confusions"][number]) =>
    text("item.change", { before: nameOf(each.from), after: nameOf(each.to) });
  return (
    <Figure
      title={text("quality.confusions")}
      empty={text("quality.noConfusions")}
      columns={[text("quality.confusion"), text("quality.times")]}
      rows={listed.top.map((each) => ({
        key: told(each),
        name: <bdi>{told(each)}</bdi>,
        values: [intl.formatNumber(each.count)],
      }))}
    >
      <Bars bars={top.map((each) => ({ key: told(each), name: told(each), count: each.count }))}>
        {more > 0 ? <p>{text("overview.moreAnnotators", { count: more })}</p> : null}
      </Bars>
    </Figure>
  );
}
