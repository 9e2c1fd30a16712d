/** Images that leave what is shown. */
import { gone } from "@/labeling/board";
import { stillMatches } from "@/labeling/filters";
import { refOf } from "@/labeling/items";
import { withoutIds } from "@/labeling/paging";
import { cleared, without } from "@/labeling/selection";
import { itemsOf, type State } from "./state";

/** They are still in the job, but no longer match the filter. */
export function withoutUnmatched(state: State, ids: Iterable<string>): State {
  const refs = state.labels.map(refOf);
  const leaving = new Set(
    itemsOf(state, ids)
      .filter((item) => !stillMatches(item, state.view.filter, refs))
      .map((item) => item.id),
  );
  return {
    ...state,
    paging: withoutIds(state.paging, leaving),
    selection: cleared(without(state.selection, leaving)),
  };
}

/** They are not in the job any more, or not this person's. */
export function withoutGone(state: State, ids: readonly string[]): State {
  return {
    ...state,
    board: gone(state.board, ids),
    paging: withoutIds(state.paging, new Set(ids)),
    selection: cleared(without(state.selection, ids)),
  };
}
