/** Who agrees with whom: Cohen's kappa of each pair. */
import { useIntl } from "react-intl";
import type { Quality } from "@/api/quality";
import { Figure } from "@/pages/overview/figure";
import { useText } from "@/text/text";
import { MiddleText } from "@/ui/middle-text";
import { strengthOf } from "./meaning";
import styles from "./quality.module.css";

const SHOWN = 12;
const STRENGTHS = [styles.s0, styles.s1, styles.s2, styles.s3, styles.s4];

interface Props {
  pairs: Quality["pairs"];
  nameOf: (account: string) => string;
}

export function Pairs({ pairs, nameOf }: Props) {
  const text = useText();
  const intl = useIntl();
  const kappa = (value: number | null) =>
    value === null ? "–" : intl.formatNumber(value, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  return (
    <Figure
      title={text("quality.pairs")}
      empty={text("quality.noPairs")}
      columns={[text("quality.pair"), text("quality.together"), text("quality.cohen_kappa")]}
      rows={pairs.map((pair) => ({
        key: `${pair.a} ${pair.b}`,
        name: `${nameOf(pair.a)} – ${nameOf(pair.b)}`,
        values: [intl.formatNumber(pair.items), kappa(pair.cohen_kappa)],
      }))}
    >
      <Matrix pairs={pairs} nameOf={nameOf} kappa={kappa} />
    </Figure>
  );
}

/** People across and down; the more two agree, the fuller their cell. Read as a table by everybody. */
function Matrix({ pairs, nameOf, kappa }: Props & { kappa: (value: number | null) => string }) {
  const text = useText();
  const people = [...new Set(pairs.flatMap((pair) => [pair.a, pair.b]))].slice(0, SHOWN);
  const found = new Map(
    pairs.flatMap((pair) => [[`${pair.a} ${pair.b}`, pair] as const, [`${pair.b} ${pair.a}`, pair]]),
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.matrix} aria-label={text("quality.pairs")}>
        <thead>
          <tr>
            <td />
            {people.map((account) => (
              <th key={account} scope="col">
                <MiddleText>{nameOf(account)}</MiddleText>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((down) => (
            <tr key={down}>
              <th scope="row">
                <MiddleText>{nameOf(down)}</MiddleText>
              </th>
              {people.map((across) => {
                const pair = found.get(`${down} ${across}`);
                if (!pair) return <td key={across} className={styles.none} />;
                return (
                  <td
                    key={across}
                    className={STRENGTHS[strengthOf(pair.cohen_kappa)]}
                    title={text("quality.togetherOn", { items: pair.items })}
                  >
                    {kappa(pair.cohen_kappa)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
