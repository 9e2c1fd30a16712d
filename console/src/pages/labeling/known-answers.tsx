/** The labels of selected images as answers that are known to be right; or that they are not any more. */
import { useQuery } from "@tanstack/react-query";
import { GraduationCap } from "lucide-react";
import { useState } from "react";
import type { Job } from "@/api/jobs";
import { knownAnswersQuery, useChangeKnownAnswers } from "@/api/known-answers";
import { toastFault } from "@/app/fault";
import { FormDialog } from "@/app/form-dialog";
import { isClosed, mayManage } from "@/app/job-rights";
import { type Item, waits } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { targetsOf, useBench, useBenchState } from "./bench-context";
import panelStyles from "./side-panel.module.css";
import { itemsOf } from "./workbench/state";

export function KnownAnswers({ job }: { job: Job }) {
  const areSome = useBenchState((state) => !state.matching && targetsOf(state).length > 0);
  if (!job.is_team || !mayManage(job) || isClosed(job) || !areSome) return null;
  return <Marking jobId={job.id} />;
}

/** What becomes of each image: the labels that are right, or null for one that is no known answer. */
type Changes = ReadonlyMap<string, readonly string[] | null>;

function Marking({ jobId }: { jobId: string }) {
  const text = useText();
  const { place } = useBench();
  const { data: known = [] } = useQuery(knownAnswersQuery(jobId));
  const change = useChangeKnownAnswers(jobId);
  const [asked, setAsked] = useState<Changes | null>(null);
  const board = useBenchState((state) => state.board);
  const selection = useBenchState((state) => state.selection);
  const focus = useBenchState((state) => state.focus);
  // The values that the targets are made of.
  void [board, selection, focus];
  const items = itemsOf(place.get(), targetsOf(place.get()));
  const answers = new Map(known.map((each) => [each.sample_id, each.labels]));
  const areKnown = items.length > 0 && items.every((item) => answers.has(item.id));
  const labeled = items.filter((item) => item.status === "labeled");
  const images = areKnown ? items.length : labeled.length;

  const write = async (changes: Changes) => {
    const before: Changes = new Map([...changes.keys()].map((id) => [id, answers.get(id) ?? null]));
    const taken = [...changes.values()].every((labels) => labels === null);
    await change.mutateAsync(changes);
    setAsked(null);
    const said = text(taken ? "known.takenOut" : "known.added", { images: changes.size });
    toast(said, "info", { label: text("undo.undo"), run: () => void restore(before) });
  };
  const restore = (before: Changes) =>
    change.mutateAsync(before).then(
      () => toast(text("undo.done")),
      (error) => toastFault(error, text),
    );
  const begin = () => {
    const changes = areKnown ? new Map(items.map((item) => [item.id, null])) : new Map(labeled.map(answerOf));
    if (changes.size > 1) setAsked(changes);
    else write(changes).catch((error) => toastFault(error, text));
  };

  return (
    <div className={panelStyles.section}>
      <Button
        look="quiet"
        icon={<GraduationCap aria-hidden />}
        aria-pressed={areKnown}
        disabled={images === 0}
        busy={change.isPending}
        onClick={begin}
      >
        {text(areKnown ? "known.takeOut" : "known.add", { images })}
      </Button>
      {asked ? (
        <FormDialog
          title={text(areKnown ? "known.takeOutTitle" : "known.addTitle", { images: asked.size })}
          size="small"
          submit={text(areKnown ? "known.takeOutNow" : "known.addNow")}
          busy={change.isPending}
          error={change.error}
          onSubmit={() => void write(asked).catch(() => undefined)}
          onClose={() => setAsked(null)}
        >
          <p>{text(areKnown ? "known.takeOutAbout" : "known.addAbout")}</p>
          {!areKnown && labeled.length < items.length ? (
            <p>{text("known.leftOut", { images: items.length - labeled.length })}</p>
          ) : null}
        </FormDialog>
      ) : null}
    </div>
  );
}

/** An image with the labels on it that count. */
function answerOf(item: Item): [string, string[]] {
  return [item.id, item.labels.filter((given) => !waits(given)).map((given) => given.name)];
}
