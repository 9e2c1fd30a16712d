/** Reviewing what is selected, the image in focus, or all that match: a grade accepts, a reason rejects. */
import { UserRoundPlus, X } from "lucide-react";
import type { Job } from "@/api/jobs";
import { isClosed, mayManage, mayReview } from "@/app/job-rights";
import { GRADES } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Tooltip } from "@/ui/tooltip";
import { targetsOf, useBenchState } from "./bench-context";
import { useDialogs } from "./dialogs";
import { useKeymap } from "./keymap";
import styles from "./review.module.css";
import panelStyles from "./side-panel.module.css";
import { useLabeling } from "./use-labeling";
import type { State } from "./workbench/state";

export function ReviewPanel({ job }: { job: Job }) {
  const text = useText();
  const keymap = useKeymap();
  const { open } = useDialogs();
  const { review } = useLabeling();
  const areSome = useBenchState((state) => state.matching || targetsOf(state).length > 0);
  const canBe = useBenchState((state) => state.matching || targetsOf(state).some((id) => isReviewable(state, id)));
  if (!mayReview(job) || isClosed(job) || !areSome) return null;
  return (
    <section className={panelStyles.section} aria-label={text("review.title")}>
      <div className={panelStyles.heading}>
        <h2>{text("review.title")}</h2>
      </div>
      <div className={styles.verdicts}>
        <fieldset className={styles.grades}>
          <legend className="visually-hidden">{text("review.accept")}</legend>
          {GRADES.map((grade) => (
            <Tooltip key={grade} text={text("review.acceptWith", { grade })} keys={keymap[`review.${grade}`]}>
              <Button
                className={styles.grade}
                aria-label={text("review.acceptWith", { grade })}
                disabled={!canBe}
                onClick={() => review({ decision: "accept", grade })}
              >
                {grade}
              </Button>
            </Tooltip>
          ))}
        </fieldset>
        <Tooltip text={text("review.rejectAbout")} keys={keymap["review.reject"]}>
          <Button icon={<X aria-hidden />} disabled={!canBe} onClick={() => open({ kind: "reject" })}>
            {text("review.rejectWith")}
          </Button>
        </Tooltip>
        {mayManage(job) && job.team?.assignment !== "none" ? (
          <Button look="quiet" icon={<UserRoundPlus aria-hidden />} onClick={() => open({ kind: "assign" })}>
            {text("assign.title")}
          </Button>
        ) : null}
      </div>
      {canBe ? null : <p className={panelStyles.hint}>{text("review.noLabels")}</p>}
    </section>
  );
}

/** Labels can be judged, and what waits for a review. An image that is not loaded may have some. */
function isReviewable(state: State, id: string): boolean {
  const item = state.board.shown.get(id);
  return item === undefined || item.status === "labeled" || item.review != null;
}
