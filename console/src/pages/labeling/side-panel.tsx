/** The label adding area: the Label box, the labels of the selection, all labels, undo. */
import type { Job } from "@/api/jobs";
import { isClosed } from "@/app/job-rights";
import { useText } from "@/text/text";
import { AllLabels } from "./all-labels";
import { targetsOf, useBenchState } from "./bench-context";
import { History } from "./history";
import { LabelBox } from "./label-box";
import { LaterOfJob } from "./later";
import { SelectedLabels } from "./selected-labels";
import styles from "./side-panel.module.css";

export function SidePanel({ job }: { job: Job }) {
  const text = useText();
  const areSome = useBenchState((state) => state.matching || targetsOf(state).length > 0);
  return (
    <aside className={styles.panel} aria-label={text("labels.panel")}>
      {isClosed(job) ? <p className={styles.closed}>{text("labeling.closed")}</p> : <LabelBox />}
      {areSome ? <SelectedLabels /> : null}
      {areSome ? <LaterOfJob part="review" job={job} /> : null}
      {areSome && job.is_team ? <LaterOfJob part="known" job={job} /> : null}
      <AllLabels />
      <History />
    </aside>
  );
}
