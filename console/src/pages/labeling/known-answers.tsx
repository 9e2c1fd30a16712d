/** Images that nobody has labeled yet, used to test labelers: whoever manages the job says which labels are right. */
import { useQuery } from "@tanstack/react-query";
import { GraduationCap } from "lucide-react";
import { useState } from "react";
import type { Job } from "@/api/jobs";
import { knownAnswersQuery, useChangeKnownAnswers } from "@/api/known-answers";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { FormDialog } from "@/app/form-dialog";
import { isClosed, mayManage } from "@/app/job-rights";
import { isUntouched } from "@/labeling/items";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { targetsOf, useBench, useBenchState } from "./bench-context";
import { LabelChoice } from "./label-choice";
import panelStyles from "./side-panel.module.css";
import { itemsOf } from "./workbench/state";

const MOST_LABELS = 20;

export function KnownAnswers({ job }: { job: Job }) {
  const areSome = useBenchState((state) => !state.matching && targetsOf(state).length > 0);
  if (!job.is_team || !mayManage(job) || isClosed(job) || !areSome) return null;
  return <Marking job={job} />;
}

/** The images that a dialog was opened for. A later selection does not change them. */
interface Asked {
  ids: readonly string[];
  leftOut: number;
}

function Marking({ job }: { job: Job }) {
  const text = useText();
  const { place } = useBench();
  const { data: known } = useQuery(knownAnswersQuery(job.id));
  const [adding, setAdding] = useState<Asked | null>(null);
  const [removing, setRemoving] = useState<Asked | null>(null);
  const board = useBenchState((state) => state.board);
  const selection = useBenchState((state) => state.selection);
  const focus = useBenchState((state) => state.focus);
  // The values that the targets are made of.
  void [board, selection, focus];
  const items = itemsOf(place.get(), targetsOf(place.get()));
  const answers = new Set(known?.map((each) => each.sample_id));
  const areKnown = items.length > 0 && items.every((item) => answers.has(item.id));
  const usable = areKnown ? items : items.filter((item) => !answers.has(item.id) && isUntouched(item));
  const asked = { ids: usable.map((item) => item.id), leftOut: items.length - usable.length };

  return (
    <div className={panelStyles.section}>
      <Button
        look="quiet"
        icon={<GraduationCap aria-hidden />}
        aria-pressed={areKnown}
        disabled={known === undefined || usable.length === 0}
        onClick={() => (areKnown ? setRemoving(asked) : setAdding(asked))}
      >
        {text(areKnown ? "known.takeOut" : "known.add", { images: usable.length })}
      </Button>
      {known && usable.length === 0 ? <p className={panelStyles.hint}>{text("known.none")}</p> : null}
      {adding ? <Adding job={job} asked={adding} onClose={() => setAdding(null)} /> : null}
      {removing ? <Removing job={job} asked={removing} onClose={() => setRemoving(null)} /> : null}
    </div>
  );
}

interface Props {
  job: Job;
  asked: Asked;
  onClose: () => void;
}

/** Gives all images of a dialog the same right labels, or none, and says so. */
function useChange(job: Job, asked: Asked, onClose: () => void) {
  const bench = useBench();
  const change = useChangeKnownAnswers(job.id);
  const apply = (labels: string[] | null, done: string) =>
    change.mutate(new Map(asked.ids.map((id) => [id, labels])), {
      onSuccess: () => {
        toast(done);
        void bench.loader.reload();
        onClose();
      },
    });
  return { change, apply };
}

function Adding({ job, asked, onClose }: Props) {
  const text = useText();
  const { change, apply } = useChange(job, asked, onClose);
  const labels = useBenchState((state) => state.labels);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const names = labels.filter((label) => chosen.has(label.id)).map((label) => label.name);
  const images = asked.ids.length;
  return (
    <FormDialog
      title={text("known.addTitle", { images })}
      about={text("known.addAbout", { images })}
      size="small"
      submit={text("known.addNow")}
      ready={names.length > 0 && names.length <= MOST_LABELS}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => apply(names, text("known.added", { images }))}
      onClose={onClose}
    >
      <LabelChoice title={text("known.right", { images })} chosen={chosen} onChange={setChosen}>
        {names.length > MOST_LABELS ? (
          <p className={panelStyles.hint}>{text("known.tooMany", { most: MOST_LABELS })}</p>
        ) : null}
      </LabelChoice>
      {asked.leftOut > 0 ? <p>{text("known.leftOut", { images: asked.leftOut })}</p> : null}
    </FormDialog>
  );
}

/** Labelers' answers may be deleted with it, and this cannot be undone, so the dialog asks first. */
function Removing({ job, asked, onClose }: Props) {
  const text = useText();
  const { change, apply } = useChange(job, asked, onClose);
  const images = asked.ids.length;
  return (
    <ConfirmDialog
      title={text("known.takeOutTitle", { images })}
      action={text("known.takeOutNow")}
      about={text((job.team?.overlap ?? 1) > 1 ? "known.takeOutAbout" : "known.takeOutLost", { images })}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => apply(null, text("known.takenOut", { images }))}
      onClose={onClose}
    />
  );
}
