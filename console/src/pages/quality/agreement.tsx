/** Agreement of several people on the same images: three measures, each on a scale, with what it means. */
import { useIntl } from "react-intl";
import type { Quality } from "@/api/quality";
import overviewStyles from "@/pages/overview/overview.module.css";
import { useText } from "@/text/text";
import { meaningOf } from "./meaning";
import styles from "./quality.module.css";

const MEASURES = ["percent", "fleiss_kappa", "krippendorff_alpha"] as const;

export function Agreement({ agreement }: { agreement: Quality["agreement"] }) {
  const text = useText();
  return (
    <section className={overviewStyles.figure} aria-label={text("quality.agreement")}>
      <header className={overviewStyles.heading}>
        <h2>{text("quality.agreement")}</h2>
        <span className={overviewStyles.total}>{text("quality.agreementOn", { items: agreement.items })}</span>
      </header>
      {agreement.items === 0 ? (
        <p className={overviewStyles.empty}>{text("quality.noAgreement")}</p>
      ) : (
        <ul className={styles.measures}>
          {MEASURES.map((measure) => (
            <Measure key={measure} measure={measure} value={agreement[measure]} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Measure({ measure, value }: { measure: (typeof MEASURES)[number]; value: number | null }) {
  const text = useText();
  const intl = useIntl();
  const isShare = measure === "percent";
  const shown =
    value === null
      ? "–"
      : isShare
        ? intl.formatNumber(value, { style: "percent", maximumFractionDigits: 1 })
        : intl.formatNumber(value, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  return (
    <li>
      <span className={styles.soft}>{text(`quality.${measure}`)}</span>
      <strong className={styles.number}>{shown}</strong>
      <svg className={styles.scale} aria-hidden role="presentation">
        <rect width="100%" height="100%" rx="3" className={overviewStyles.track} />
        <rect
          width={`${Math.max(0, Math.min(1, value ?? 0)) * 100}%`}
          height="100%"
          rx="3"
          className={overviewStyles.fill}
        />
      </svg>
      <span className={styles.soft}>
        {isShare ? text("quality.percent.about") : value === null ? "" : text(`quality.meaning.${meaningOf(value)}`)}
      </span>
    </li>
  );
}
