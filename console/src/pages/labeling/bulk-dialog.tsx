/** An edit of everything that matches: says how many first, then shows progress with rate, time left and *Cancel*. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { annotateMatching, type Outcome, readStatistics } from "@/api/items";
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
  const edit = present?.kind === "bulk" ? present.edit : null;
  const { data: counted } = useQuery({
    queryKey: ["jobs", bench.jobId, "matching", filter],
    queryFn: () => readStatistics(bench.jobId, filter),
    staleTime: 0,
    enabled: operation === null,
  });
  useEffect(() => () => void bench.loader.reload(), [bench]);
  if (edit === null) return null;
  const about = describeEdit(edit);
  const [first = "", second = ""] = about.labels;

  const start = async () => {
    setBusy(true);
    try {
      setOperation((await annotateMatching(bench.jobId, filter, edit)).id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  const finish = (outcome: Outcome | null) => {
    if (outcome) bench.rememberBulk(outcome, about);
    bench.counting.refresh();
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
      onEnd={(ended) => finish(ended.result as unknown as Outcome | null)}
      onClose={close}
    />
  );
}
