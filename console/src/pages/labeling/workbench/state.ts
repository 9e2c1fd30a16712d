/** Everything that the labeling page shows, put together from the rules in `labeling/`. */
import type { Statistics } from "@/api/items";
import { type Board, emptyBoard } from "@/labeling/board";
import { type Brush, NO_BRUSH } from "@/labeling/brush";
import type { Conflict } from "@/labeling/conflicts";
import type { Filter, ItemSort } from "@/labeling/filters";
import type { Focus } from "@/labeling/focus";
import type { Item, Label } from "@/labeling/items";
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
