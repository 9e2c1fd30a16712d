/** The label adding area: the Label box, the labels of the selection, all labels, undo. */
import type { Job } from "@/api/jobs";
import { isClosed } from "@/app/job-rights";
import { useText } from "@/text/text";
import { AllLabels } from "./all-labels";
import { History } from "./history";
import { KnownAnswers } from "./known-answers";
import { LabelBox } from "./label-box";
import { ReviewPanel } from "./review-panel";
import { SelectedLabels } from "./selected-labels";
import styles from "./side-panel.module.css";

export function SidePanel({ job }: { job: Job }) {
  const text = useText();
  return (
    <aside className={styles.panel} aria-label={text("labels.panel")}>
      {isClosed(job) ? <p className={styles.closed}>{text("labeling.closed")}</p> : <LabelBox />}
      <SelectedLabels />
      <ReviewPanel job={job} />
      <KnownAnswers job={job} />
      <AllLabels />
      <History />
    </aside>
  );
}
