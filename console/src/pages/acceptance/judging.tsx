/** The sample: select images, accept or reject them, finish. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Flag, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { type Acceptance, sampledQuery, useJudge } from "@/api/acceptances";
import { Fault, toastFault } from "@/app/fault";
import { More } from "@/app/more";
import pageStyles from "@/app/page.module.css";
import type { Verdict } from "@/labeling/edits";
import { GRADES } from "@/labeling/items";
import { actionOf, gradeOf } from "@/labeling/keys";
import { cleared, NOTHING, rangedTo, toggled, withAll } from "@/labeling/selection";
import { useKeymap } from "@/pages/labeling/keymap";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Progress } from "@/ui/progress";
import { Tooltip } from "@/ui/tooltip";
import styles from "./acceptance.module.css";
import { FinishDialog } from "./finish-dialog";
import { ReasonDialog } from "./reason-dialog";
import { SampledTile } from "./sampled-tile";

interface Props {
  jobId: string;
  acceptance: Acceptance;
}

export function Judging({ jobId, acceptance }: Props) {
  const text = useText();
  const keymap = useKeymap();
  const sampled = useInfiniteQuery(sampledQuery(jobId, acceptance.id));
  const judge = useJudge(jobId, acceptance.id);
  const [selection, setSelection] = useState(NOTHING);
  const [dialog, setDialog] = useState<"reject" | "finish" | null>(null);
  const items = useMemo(() => sampled.data?.pages.flatMap((page) => page.items) ?? [], [sampled.data]);
  const order = useMemo(() => items.map((item) => item.sample_id), [items]);
  const { counts } = acceptance;
  const judged = counts.accepted + counts.rejected;

  const say = (verdict: Verdict) => {
    if (selection.ids.size === 0) return;
    judge.mutate({ ids: [...selection.ids], verdict }, { onError: (error) => toastFault(error, text) });
    setSelection(cleared);
  };

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (dialog !== null || event.defaultPrevented || event.target instanceof HTMLTextAreaElement) return;
      const action = actionOf(event, keymap);
      const grade = action && gradeOf(action);
      if (grade) say({ decision: "accept", grade });
      else if (action === "review.reject" && selection.ids.size > 0) setDialog("reject");
      else if (action === "select.page") setSelection((present) => withAll(present, order));
      else if (action === "select.clear") setSelection(cleared);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  });

  return (
    <section className={styles.judging} aria-label={text("acceptance.judging")}>
      <div className={styles.head}>
        <div className={styles.counts}>
          <strong>{text("acceptance.judged", { judged, sampled: counts.sample })}</strong>
          <Progress
            done={judged}
            total={counts.sample}
            label={text("acceptance.judging")}
            className={styles.progress}
          />
          <span>{text("acceptance.counts", { accepted: counts.accepted, rejected: counts.rejected })}</span>
        </div>
        <Button look="primary" icon={<Flag aria-hidden />} onClick={() => setDialog("finish")}>
          {text("acceptance.finish")}
        </Button>
      </div>
      <div className={styles.bar}>
        <strong aria-live="polite">{text("selection.count", { count: selection.ids.size })}</strong>
        <Button look="quiet" onClick={() => setSelection((present) => withAll(present, order))}>
          {text("acceptance.selectAll")}
        </Button>
        <Button look="quiet" disabled={selection.ids.size === 0} onClick={() => setSelection(cleared)}>
          {text("selection.clear")}
        </Button>
        <span className={styles.verdicts}>
          {GRADES.map((grade) => (
            <Tooltip key={grade} text={text("review.acceptWith", { grade })} keys={keymap[`review.${grade}`]}>
              <Button
                aria-label={text("review.acceptWith", { grade })}
                disabled={selection.ids.size === 0}
                onClick={() => say({ decision: "accept", grade })}
              >
                {grade}
              </Button>
            </Tooltip>
          ))}
          <Button icon={<X aria-hidden />} disabled={selection.ids.size === 0} onClick={() => setDialog("reject")}>
            {text("review.rejectWith")}
          </Button>
        </span>
      </div>
      <Fault error={sampled.error} retry={() => void sampled.refetch()} />
      <ul className={styles.grid} aria-label={text("acceptance.sample")}>
        {items.map((item) => (
          <SampledTile
            key={item.sample_id}
            item={item}
            isSelected={selection.ids.has(item.sample_id)}
            onSelect={(extend) =>
              setSelection((present) =>
                extend ? rangedTo(present, item.sample_id, order) : toggled(present, item.sample_id),
              )
            }
          />
        ))}
      </ul>
      <div className={pageStyles.center}>
        <More query={sampled} />
      </div>
      {dialog === "reject" ? (
        <ReasonDialog
          images={selection.ids.size}
          onReject={(reason) => {
            say({ decision: "reject", ...(reason && { reason }) });
            setDialog(null);
          }}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog === "finish" ? (
        <FinishDialog jobId={jobId} acceptance={acceptance} onClose={() => setDialog(null)} />
      ) : null}
    </section>
  );
}
