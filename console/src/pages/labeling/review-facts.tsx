/** What reviewers said of an image, whose work it is, and what each of several people answered. */
import { useQuery } from "@tanstack/react-query";
import { useIntl } from "react-intl";
import { answersQuery } from "@/api/answers";
import { mayReview } from "@/app/job-rights";
import type { Item, ReviewState } from "@/labeling/items";
import { useText } from "@/text/text";
import { Badge } from "@/ui/chip";
import { When } from "@/ui/when";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { usePeople } from "./people";
import styles from "./review.module.css";

export const REVIEW_TONES = { pending: "warn", accepted: "good", rejected: "danger" } as const satisfies Record<
  ReviewState,
  string
>;

export function ReviewFacts({ item }: { item: Item }) {
  const text = useText();
  const nameOf = usePeople();
  const { job } = useDialogs();
  const { review, assignees = [] } = item;
  return (
    <>
      {review ? (
        <p className={styles.review}>
          <Badge tone={REVIEW_TONES[review.state]}>
            {text(`criterion.review.${review.state}`)}
            {review.grade ? ` · ${review.grade}` : ""}
          </Badge>
          {review.reason ? (
            <span dir="auto" className={styles.reason}>
              {review.reason}
            </span>
          ) : null}
          {review.by && review.at ? (
            <span className={styles.soft}>
              {nameOf(review.by)} · <When at={review.at} />
            </span>
          ) : null}
        </p>
      ) : null}
      {assignees.length > 0 ? (
        <p className={styles.soft}>
          {text("item.assignees", {
            names: assignees.map((each) => nameOf(each.account) + (each.isDone ? " ✓" : "")).join(", "),
          })}
        </p>
      ) : null}
      {mayReview(job) && (job.team?.overlap ?? 1) > 1 ? <Answers item={item} /> : null}
    </>
  );
}

function Answers({ item }: { item: Item }) {
  const text = useText();
  const intl = useIntl();
  const nameOf = usePeople();
  const { jobId } = useBench();
  const { data: answers = [] } = useQuery(answersQuery(jobId, item.id, item.version));
  if (answers.length === 0) return null;
  const named = (labels: readonly { name: string }[]) =>
    labels.map((label) => label.name).join(", ") || text("labels.noLabel");
  return (
    <section aria-label={text("item.answers")}>
      <h3>
        {text("item.answers")}
        {item.agreement === null || item.agreement === undefined
          ? null
          : ` · ${text("item.agreement", { share: intl.formatNumber(item.agreement, { style: "percent" }) })}`}
      </h3>
      <ul className={styles.answers}>
        {answers.map((answer) => (
          <li key={answer.by}>
            <span className={styles.soft}>
              {nameOf(answer.by)} · <When at={answer.at} />
            </span>
            <span dir="auto">{answer.labels ? named(answer.labels) : text("item.answerHidden")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
