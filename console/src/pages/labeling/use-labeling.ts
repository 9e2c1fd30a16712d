/** Giving and taking labels, whichever way of labeling is on. */
import { useMemo } from "react";
import { dipped, restOf } from "@/labeling/brush";
import type { Edit } from "@/labeling/edits";
import { forward } from "@/labeling/focus";
import type { LabelRef } from "@/labeling/items";
import { targetsOf, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { pageItems } from "./workbench/state";

export function useLabeling() {
  const bench = useBench();
  const { present, open } = useDialogs();
  return useMemo(() => {
    /** The selection, the image in focus, or the one in the preview. */
    const targets = () => (present?.kind === "preview" ? [present.id] : targetsOf(bench.place.get()));

    const edit = (change: Edit): boolean => {
      if (bench.place.get().matching && present?.kind !== "preview") {
        open({ kind: "bulk", edit: change });
        return true;
      }
      const ids = targets();
      if (ids.length === 0) return false;
      bench.edit(ids, change);
      return true;
    };

    const give = (label: LabelRef): boolean => {
      const { mode } = bench.place.get();
      const isFocus = mode === "focus" && present === null;
      if (mode === "brush" && bench.place.get().selection.ids.size === 0 && present === null) {
        bench.place.update((state) => ({ ...state, brush: dipped(state.brush, label) }));
        return true;
      }
      const done = edit({ add: [label] });
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

    return { targets, edit, give, giveRest };
  }, [bench, present, open]);
}
