/** What became of the last e-mail to an annotator. */
import type { Annotator } from "@/api/members";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { Tooltip } from "@/ui/tooltip";
import { When } from "@/ui/when";
import styles from "./annotators.module.css";

const TONES = { queued: "warn", sent: "good", failed: "danger" } as const;

export function Letter({ letter }: { letter: Annotator["letter"] }) {
  const text = useText();
  if (!letter) return <>–</>;
  const badge = (
    <span>
      <Badge tone={TONES[letter.state]}>{text(`annotators.letter.${letter.state}`)}</Badge>
    </span>
  );
  return (
    <span className={styles.letter}>
      {letter.reason ? <Tooltip text={letter.reason}>{badge}</Tooltip> : badge}
      <span className={styles.hint}>
        <When at={letter.at} />
      </span>
    </span>
  );
}
