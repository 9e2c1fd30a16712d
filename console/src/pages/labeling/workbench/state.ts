/** Everything that the labeling page shows, put together from the rules in `labeling/`. */
import type { Statistics } from "@/api/items";
import { type Board, emptyBoard } from "@/labeling/board";
import { type Brush, NO_BRUSH } from "@/labeling/brush";
import type { Conflict } from "@/labeling/conflicts";
import { type Filter, type ItemSort, stillMatches } from "@/labeling/filters";
import type { Focus } from "@/labeling/focus";
import { type Item, type Label, refOf } from "@/labeling/items";
import { opened, type Paging, shownPage } from "@/labeling/paging";
import { NOTHING, type Selection } from "@/labeling/selection";
import type { Past } from "@/labeling/undo";
import { Store } from "./store";

export type Mode = "grid" | "brush" | "focus";

/** What is shown: it lives in the address. */
export interface View {
  filter: Filter;
  sort: ItemSort;
  size: number;
}

export interface State {
  board: Board;
  view: View;
  paging: Paging;
  labels: readonly Label[];
  selection: Selection;
  /** Everything that matches the filter is selected, also what is not loaded. */
  matching: boolean;
  brush: Brush;
  /** Null also in focus, until it is known which image is the first. */
  focus: Focus | null;
  mode: Mode;
  past: Past;
  conflicts: readonly Conflict[];
  statistics: Statistics | null;
  /** Images that a colleague has just labeled. */
  glowing: ReadonlySet<string>;
  loading: boolean;
  fault: unknown;
  connection: "connecting" | "live" | "offline" | "ended";
  /** The gateway could not be reached, or asked to wait, at the last attempt. */
  stuck: boolean;
}

export type Workplace = Store<State>;

export function createState(me: string, view: View, page: number, mode: Mode): Workplace {
  return new Store<State>({
    board: emptyBoard(me),
    view,
    paging: opened(page, view.size),
    labels: [],
    selection: NOTHING,
    matching: false,
    brush: NO_BRUSH,
    focus: null,
    mode,
    past: [],
    conflicts: [],
    statistics: null,
    glowing: new Set(),
    loading: true,
    fault: null,
    connection: "connecting",
    stuck: false,
  });
}

/** The selection is changed by hand: all that match are no longer selected, unless `matching` says so. */
export function select(place: Workplace, change: (selection: Selection) => Selection, matching = false): void {
  place.update((state) => ({ ...state, matching, selection: change(state.selection) }));
}

/** Whether an image that is loaded still belongs to what is shown. */
export function belonging(state: State): (id: string) => boolean {
  const refs = state.labels.map(refOf);
  return (id) => {
    const item = state.board.shown.get(id);
    return item !== undefined && stillMatches(item, state.view.filter, refs);
  };
}

/** What *the whole page* selects: not what has left the list since, as by a colleague's label. */
export function selectableIds(state: State): readonly string[] {
  const belongs = belonging(state);
  return pageIds(state).filter((id) => state.selection.ids.has(id) || belongs(id));
}

export function pageIds(state: State): readonly string[] {
  return shownPage(state.paging);
}

export function pageItems(state: State): Item[] {
  return itemsOf(state, pageIds(state));
}

export function itemsOf(state: State, ids: Iterable<string>): Item[] {
  const found: Item[] = [];
  for (const id of ids) {
    const item = state.board.shown.get(id);
    if (item) found.push(item);
  }
  return found;
}
