import { createContext, useContext, useMemo, useRef, useSyncExternalStore } from "react";
import { type Counts, countsShown } from "@/labeling/counts";
import { isUnreadableTab } from "@/labeling/filters";
import { pageIds, type State, select } from "./workbench/state";
import type { Workbench } from "./workbench/workbench";

export const BenchContext = createContext<Workbench | null>(null);

export function useBench(): Workbench {
  const bench = useContext(BenchContext);
  if (bench === null) throw new Error("There is no workbench outside the labeling page.");
  return bench;
}

/** A part of the state. `select` must give the same value as long as nothing of it changed. */
export function useBenchState<T>(select: (state: State) => T): T {
  const { place } = useBench();
  return useSyncExternalStore(place.subscribe, () => select(place.get()));
}

/** Several parts of the state at once: one subscription where there would be many of each tile. */
export function useBenchParts<T extends Record<string, unknown>>(select: (state: State) => T): T {
  const { place } = useBench();
  const last = useRef<T | null>(null);
  return useSyncExternalStore(place.subscribe, () => {
    const next = select(place.get());
    const before = last.current;
    if (before === null || Object.keys(next).some((name) => next[name] !== before[name])) last.current = next;
    return last.current ?? next;
  });
}

export function usePageIds(): readonly string[] {
  const paging = useBenchState((state) => state.paging);
  return useMemo(() => paging.buffer.slice(0, paging.size), [paging]);
}

/** The counts under the present filter, whatever the status; null until they are there. */
export function useCounts(): Counts | null {
  const statistics = useBenchState((state) => state.statistics);
  const board = useBenchState((state) => state.board);
  return useMemo(() => {
    if (statistics === null) return null;
    const { total, labeled, unlabeled, to_confirm, unreadable } = statistics;
    const labels = new Map(statistics.labels.map((each) => [each.label_id, each.count]));
    return countsShown({ total, labeled, unlabeled, to_confirm, unreadable, labels }, board);
  }, [statistics, board]);
}

/** The images that a label is given to now: the selection, or in focus the one image. */
export function targetsOf(state: State): readonly string[] {
  if (state.mode === "focus") {
    const present = state.focus?.order[state.focus.place];
    return present === undefined ? [] : [present];
  }
  return [...state.selection.ids];
}

export { pageIds, select };

/** How many images match, whatever page they are on; null until it is counted. */
export function useMatching(): number | null {
  const counts = useCounts();
  const filter = useBenchState((state) => state.view.filter);
  if (isUnreadableTab(filter)) return counts?.unreadable ?? null;
  return counts?.[filter.status === "all" ? "total" : filter.status] ?? null;
}
