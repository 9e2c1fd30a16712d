/** An edit of everything that matches, or a decision on it: says how many first, then shows progress with rate, time left and *Cancel*. */
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { annotateMatching, decideMatching, readStatistics } from "@/api/items";
import { reviewMatching } from "@/api/reviews";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { describeEdit } from "./workbench/describing";

export function BulkDialog() {
  const text = useText();
  const bench = useBench();
  const { present, close } = useDialogs();
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // What matches is decided now, whatever the address says later.
  const filter = useRef(bench.place.get().view.filter).current;
  const work = present?.kind === "bulk" ? present.work : null;
  const { data: counted } = useQuery({
    queryKey: ["jobs", bench.jobId, "matching", filter],
    queryFn: () => readStatistics(bench.jobId, filter),
    staleTime: 0,
    enabled: operation === null,
  });
  if (work === null) return null;
  const about = describeEdit(work);
  const [first = "", second = ""] = about.labels;

  const start = async () => {
    setBusy(true);
    try {
      const answer = work.decision
        ? await decideMatching(bench.jobId, work.decision, filter)
        : work.verdict
          ? await reviewMatching(bench.jobId, filter, work.verdict)
          : await annotateMatching(bench.jobId, filter, work);
      void bench.follow(answer, about);
      if ("change_id" in answer) close();
      else setOperation(answer.id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  return (
    <WorkDialog
      title={text(`undo.about.${about.kind}`, {
        labels: about.labels.join(", "),
        first,
        second,
        images: counted?.total ?? 0,
      })}
      about={text("bulk.about", { count: counted?.total ?? 0 })}
      start={text("bulk.start", { count: counted?.total ?? 0 })}
      ready={counted !== undefined}
      busy={busy}
      error={fault}
      operation={operation}
      onStart={() => void start()}
      onClose={close}
    />
  );
}
