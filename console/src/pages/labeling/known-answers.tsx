/** The labels of selected images as answers that are known to be right; or that they are not any more. */
import { useQuery } from "@tanstack/react-query";
import { GraduationCap } from "lucide-react";
import type { Job } from "@/api/jobs";
import { knownAnswersQuery, useChangeKnownAnswers } from "@/api/known-answers";
import { toastFault } from "@/app/fault";
import { isClosed, mayManage } from "@/app/job-rights";
import { waits } from "@/labeling/items";
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

function Marking({ jobId }: { jobId: string }) {
  const text = useText();
  const { place } = useBench();
  const { data: known = [] } = useQuery(knownAnswersQuery(jobId));
  const change = useChangeKnownAnswers(jobId);
  const board = useBenchState((state) => state.board);
  const selection = useBenchState((state) => state.selection);
  const focus = useBenchState((state) => state.focus);
  // The values that the targets are made of.
  void [board, selection, focus];
  const items = itemsOf(place.get(), targetsOf(place.get()));
  const answers = new Set(known.map((each) => each.sample_id));
  const areKnown = items.length > 0 && items.every((item) => answers.has(item.id));
  const labeled = items.filter((item) => item.status === "labeled");
  const mark = () => {
    const changes = new Map(
      areKnown
        ? items.map((item) => [item.id, null] as const)
        : labeled.map(
            (item) => [item.id, item.labels.filter((given) => !waits(given)).map((given) => given.name)] as const,
          ),
    );
    change.mutate(changes, {
      onSuccess: () => toast(text(areKnown ? "known.takenOut" : "known.added", { images: changes.size })),
      onError: (error) => toastFault(error, text),
    });
  };
  return (
    <div className={panelStyles.section}>
      <Button
        look="quiet"
        icon={<GraduationCap aria-hidden />}
        aria-pressed={areKnown}
        disabled={!areKnown && labeled.length === 0}
        busy={change.isPending}
        onClick={mark}
      >
        {text(areKnown ? "known.takeOut" : "known.add")}
      </Button>
    </div>
  );
}
