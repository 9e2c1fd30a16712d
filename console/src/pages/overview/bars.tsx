import type { ReactNode } from "react";
import { useIntl } from "react-intl";
import { MiddleText } from "@/ui/middle-text";
import styles from "./overview.module.css";

interface Bar {
  key: string;
  name: string;
  count: number;
  color?: string | undefined;
}

/** Lying bars. Names and numbers are text, and the bars only show them. */
export function Bars({ bars, children }: { bars: readonly Bar[]; children?: ReactNode }) {
  const intl = useIntl();
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <>
      <ul className={styles.bars}>
        {bars.map((bar) => (
          <li key={bar.key}>
            <span className={styles.barName}>
              <MiddleText>{bar.name}</MiddleText>
            </span>
            <svg className={styles.bar} aria-hidden role="presentation">
              <rect width="100%" height="100%" rx="3" className={styles.track} />
              <rect
                width={`${(bar.count / most) * 100}%`}
                height="100%"
                rx="3"
                className={styles.fill}
                {...(bar.color ? { style: { fill: bar.color } } : {})}
              />
            </svg>
            <span className={styles.barCount}>{intl.formatNumber(bar.count)}</span>
          </li>
        ))}
      </ul>
      {children}
    </>
  );
}
