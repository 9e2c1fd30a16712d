/** Giving and taking labels, whichever way of labeling is on. */
import { useMemo } from "react";
import { isClosed } from "@/app/job-rights";
import { usePreferences } from "@/app/preferences";
import { dipped, restOf } from "@/labeling/brush";
import type { Edit, Verdict } from "@/labeling/edits";
import { forward } from "@/labeling/focus";
import type { LabelRef } from "@/labeling/items";
import { useText } from "@/text/text";
import { targetsOf, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { pageItems } from "./workbench/state";

export function useLabeling() {
  const bench = useBench();
  const { job, present, open } = useDialogs();
  const { several } = usePreferences();
  return useMemo(() => {
    /** The selection, the image in focus, or the one in the preview. */
    const targets = () => (present?.kind === "preview" ? [present.id] : targetsOf(bench.place.get()));

    const edit = (change: Edit): boolean => {
      if (isClosed(job)) return false;
      if (bench.place.get().matching && present?.kind !== "preview") {
        open({ kind: "bulk", work: change });
        return true;
      }
      const ids = targets();
      if (ids.length === 0) return false;
      bench.edit(ids, change);
      return true;
    };

    /** On what a model proposed. */
    const decide = (decision: "confirm" | "reject"): boolean => edit({ decision });

    const give = (label: LabelRef): boolean => {
      if (isClosed(job)) return false;
      const { mode } = bench.place.get();
      const isFocus = mode === "focus" && present === null;
      if (mode === "brush" && bench.place.get().selection.ids.size === 0 && present === null) {
        bench.place.update((state) => ({ ...state, brush: dipped(state.brush, label) }));
        return true;
      }
      const done = edit({ add: [label] });
      if (done && isFocus && !several) goForward();
      return done;
    };

    /** What a reviewer says; in focus the next image follows. */
    const review = (verdict: Verdict): boolean => {
      const isFocus = bench.place.get().mode === "focus" && present?.kind !== "preview";
      const done = edit({ verdict });
      if (done && isFocus) goForward();
      return done;
    };

    const goForward = () => {
      bench.place.update((state) => (state.focus ? { ...state, focus: forward(state.focus) } : state));
      void bench.loader.refill();
    };

    const giveRest = () => {
      const state = bench.place.get();
      const ids = restOf(state.brush, pageItems(state));
      if (state.brush.label && ids.length > 0) bench.edit(ids, { add: [state.brush.label] });
    };

    return { targets, edit, decide, give, giveRest, review };
  }, [bench, job, present, open, several]);
}

/** Why labels cannot be changed, for buttons that would; null if they can. */
export function useClosedReason(): string | null {
  const text = useText();
  return isClosed(useDialogs().job) ? text("labeling.closed") : null;
}
