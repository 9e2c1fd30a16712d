/** Each annotator: how much, how fast, and how often right. */
import { useIntl } from "react-intl";
import type { AnnotatorQuality } from "@/api/quality";
import pageStyles from "@/app/page.module.css";
import overviewStyles from "@/pages/overview/overview.module.css";
import { useText } from "@/text/text";
import { MiddleText } from "@/ui/middle-text";
import { Table } from "@/ui/table";
import styles from "./quality.module.css";

interface Props {
  annotators: readonly AnnotatorQuality[];
  nameOf: (account: string) => string;
}

export function Annotators({ annotators, nameOf }: Props) {
  const text = useText();
  const intl = useIntl();
  const sorted = [...annotators].sort((one, other) => other.labeled - one.labeled);
  const most = Math.max(1, ...sorted.map((each) => each.labeled));
  return (
    <section className={overviewStyles.figure} aria-label={text("quality.annotators")}>
      <header className={overviewStyles.heading}>
        <h2>{text("quality.annotators")}</h2>
      </header>
      {sorted.length === 0 ? (
        <p className={overviewStyles.empty}>{text("overview.nothing")}</p>
      ) : (
        <Table label={text("quality.annotators")}>
          <thead>
            <tr>
              <th>{text("overview.annotator")}</th>
              <th>{text("quality.labeled")}</th>
              <th>{text("quality.seconds")}</th>
              <th>{text("quality.review")}</th>
              <th>{text("quality.known")}</th>
              <th>{text("quality.consensusShare")}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((each) => (
              <tr key={each.account_id}>
                <td>
                  <span className={`${pageStyles.name} ${pageStyles.short}`}>
                    <MiddleText>{nameOf(each.account_id)}</MiddleText>
                  </span>
                </td>
                <td>
                  <Bar share={each.labeled / most}>{intl.formatNumber(each.labeled)}</Bar>
                </td>
                <td>
                  {each.seconds_median === null
                    ? "–"
                    : text("quality.secondsEach", {
                        seconds: intl.formatNumber(each.seconds_median, { maximumFractionDigits: 1 }),
                      })}
                </td>
                <td>
                  <Share part={each.accepted} whole={each.accepted + each.rejected} />
                </td>
                <td>
                  <Share part={each.known.right} whole={each.known.total} />
                </td>
                <td>
                  {each.agrees_with_consensus === null ? (
                    "–"
                  ) : (
                    <Bar share={each.agrees_with_consensus}>
                      {intl.formatNumber(each.agrees_with_consensus, { style: "percent" })}
                    </Bar>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

/** A part of a whole: 9 of 10, with its bar. */
function Share({ part, whole }: { part: number; whole: number }) {
  const text = useText();
  if (whole === 0) return <>–</>;
  return <Bar share={part / whole}>{text("operation.numbers", { done: part, total: whole })}</Bar>;
}

function Bar({ share, children }: { share: number; children: string }) {
  return (
    <span className={styles.withBar}>
      <svg className={styles.cellBar} aria-hidden role="presentation">
        <rect width="100%" height="100%" rx="3" className={overviewStyles.track} />
        <rect width={`${Math.min(1, share) * 100}%`} height="100%" rx="3" className={overviewStyles.fill} />
      </svg>
      <span>{children}</span>
    </span>
  );
}
