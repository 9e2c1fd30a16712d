/** Images that leave what is shown. */
import { gone } from "@/labeling/board";
import { withoutAll } from "@/labeling/focus";
import { withoutIds } from "@/labeling/paging";
import { cleared, without } from "@/labeling/selection";
import { belonging, type State } from "./state";

/** They are still in the job, but no longer match the filter. What else is selected stays so. */
export function withoutUnmatched(state: State, ids: Iterable<string>): State {
  const belongs = belonging(state);
  const leaving = new Set([...ids].filter((id) => state.board.shown.has(id) && !belongs(id)));
  if (leaving.size === 0) return state;
  return {
    ...state,
    paging: withoutIds(state.paging, leaving),
    selection: without(state.selection, leaving),
  };
}

/** Others labeled them. What this person has selected, or is at, stays under their hands. */
export function withoutTaken(state: State, ids: Iterable<string>): State {
  const { selection } = state;
  return withoutUnmatched(
    state,
    [...ids].filter((id) => !selection.ids.has(id) && selection.cursor !== id),
  );
}

/** They are not in the job any more, or not this person's. */
export function withoutGone(state: State, ids: readonly string[]): State {
  const leaving = new Set(ids);
  return {
    ...state,
    board: gone(state.board, leaving),
    paging: withoutIds(state.paging, leaving),
    selection: cleared(without(state.selection, leaving)),
    focus: state.focus && withoutAll(state.focus, leaving),
  };
}
