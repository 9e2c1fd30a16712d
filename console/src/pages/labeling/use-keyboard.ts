/** Keys of the labeling page. They work wherever the focus is, except in text fields, which `Esc` leaves. */
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isClosed, mayManage, mayReview } from "@/app/job-rights";
import { dipped } from "@/labeling/brush";
import { backward, forward } from "@/labeling/focus";
import { type Label, refOf } from "@/labeling/items";
import { type Action, actionOf, gradeOf, isReview, keysOfLabels, labelOf } from "@/labeling/keys";
import { cleared, type Direction, inverted, moved, toggled, withAll } from "@/labeling/selection";
import { select, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import { GRID_ID } from "./grid";
import { useKeymap } from "./keymap";
import { useLabeling } from "./use-labeling";
import { usePages } from "./use-pages";
import { pageIds, selectableIds } from "./workbench/state";

const ARROWS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};
const TWICE_MS = 400;
const route = getRouteApi("/signed-in/jobs/$jobId");

export function useKeyboard(): void {
  const handler = useHandler();
  const present = useRef(handler);
  present.current = handler;
  useEffect(() => {
    // What was clicked keeps the focus, but no keys: those are for who went there with Tab.
    let byMouse = false;
    const onPointerDown = () => {
      byMouse = true;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Tab") byMouse = false;
      if (!event.defaultPrevented && present.current(event, byMouse)) event.preventDefault();
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown, true);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}

function useHandler(): (event: KeyboardEvent, byMouse: boolean) => boolean {
  const bench = useBench();
  const { job, present, open } = useDialogs();
  const { give } = useLabeling();
  const act = useActions();
  const keymap = useKeymap();
  const last = useRef<{ label: string; at: number } | null>(null);

  const giveByKey = (label: Label): boolean => {
    if (isClosed(job)) return true;
    const now = performance.now();
    const isTwice = last.current?.label === label.id && now - last.current.at < TWICE_MS;
    last.current = { label: label.id, at: now };
    const state = bench.place.get();
    // Twice: the brush takes the label. Nothing is selected then, so the first press has done nothing.
    if (isTwice && state.mode === "grid" && state.selection.ids.size === 0 && present === null) {
      bench.place.update((now_) => ({ ...now_, brush: dipped(now_.brush, refOf(label)) }));
      act("mode.brush");
      return true;
    }
    give(refOf(label));
    return true;
  };

  return (event, byMouse) => {
    const target = event.target as HTMLElement;
    if (isText(target) || (target instanceof HTMLSelectElement && !byMouse)) {
      if (event.key === "Escape") target.blur();
      return event.key === "Escape";
    }
    const inPreview = present?.kind === "preview";
    if (isCovered(inPreview) || (present !== null && !inPreview)) return false;
    if (!byMouse && usesKey(target, event.key)) return false;
    // What is typed does not choose from its list any more.
    if (target instanceof HTMLSelectElement) target.blur();
    const action = actionOf(event, keymap);
    if (isReview(action) && mayReview(job)) return action !== null && act(action);
    const label = labelOf(event, keysOfLabels(bench.place.get().labels));
    if (label) return giveByKey(label);
    if (inPreview) return action === "hard" || action === "undo" ? act(action) : false;
    const arrow = ARROWS[event.key];
    if (arrow && !event.ctrlKey && !event.metaKey) return move(arrow, event.shiftKey);
    if (action === "help") open({ kind: "keys" });
    return action !== null && act(action);
  };

  function move(direction: Direction, extend: boolean): boolean {
    bench.place.update((state) => {
      if (state.mode === "focus") {
        if (state.focus === null) return state;
        const isForward = direction === "right" || direction === "down";
        return { ...state, focus: isForward ? forward(state.focus) : backward(state.focus) };
      }
      const selection = moved(state.selection, direction, pageIds(state), bench.columns, extend);
      return { ...state, selection, matching: state.matching && !extend };
    });
    document.getElementById(GRID_ID)?.focus({ preventScroll: true });
    return true;
  }
}

function useActions(): (action: Action) => boolean {
  const bench = useBench();
  const { job, open } = useDialogs();
  const { decide, edit, review, targets } = useLabeling();
  const navigate = route.useNavigate();
  const pages = usePages();
  const { place } = bench;
  const enter = (mode: "grid" | "brush" | "focus") =>
    void navigate({ search: (before) => ({ ...before, mode: mode === "grid" ? undefined : mode }) });

  const actions: Record<Exclude<Action, `review.${string}`>, () => void> = {
    "select.toggle": () => {
      const { cursor } = place.get().selection;
      if (cursor !== null) select(place, (selection) => toggled(selection, cursor));
    },
    "select.page": () => select(place, (selection) => withAll(selection, selectableIds(place.get()))),
    "select.invert": () => select(place, (selection) => inverted(selection, selectableIds(place.get()))),
    "select.clear": () => {
      const { mode, selection, matching } = place.get();
      if (mode !== "grid" && selection.ids.size === 0 && !matching) enter("grid");
      else select(place, cleared);
    },
    "mode.grid": () => enter("grid"),
    "mode.brush": () => enter("brush"),
    "mode.focus": () => enter("focus"),
    open: () => {
      const { mode, focus, selection } = place.get();
      if (focus) place.patch({ focus: forward(focus) });
      else if (mode !== "focus" && selection.cursor !== null) open({ kind: "preview", id: selection.cursor });
    },
    back: () => place.update((state) => (state.focus ? { ...state, focus: backward(state.focus) } : state)),
    next: pages.forward,
    previous: pages.backward,
    "label.box": () => document.getElementById("label-box")?.focus(),
    search: () => document.getElementById("path-box")?.focus(),
    hard: () => {
      const { board } = place.get();
      const items = targets().map((id) => board.shown.get(id));
      edit({ hard: !items.every((item) => item?.hard) });
    },
    confirm: () => decide("confirm"),
    delete: () => {
      const { mode, selection } = place.get();
      // In focus the selection is not in sight.
      if (mayManage(job) && mode !== "focus" && selection.ids.size > 0) open({ kind: "delete" });
    },
    undo: () => void bench.undoLast(),
    help: () => open({ kind: "keys" }),
  };
  return (action) => {
    const grade = gradeOf(action);
    if (grade) return review({ decision: "accept", grade });
    if (action === "review.reject") {
      const isSome = targets().length > 0 || place.get().matching;
      if (isSome) open({ kind: "reject" });
      return isSome;
    }
    actions[action as keyof typeof actions]();
    return true;
  };
}

function isText(target: HTMLElement): boolean {
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type);
}

const COVERS = ["menu", "listbox", "dialog", "alertdialog"].map((role) => `[role="${role}"]`).join();

/** A menu, a popover, or a dialog that is no preview, has its own keys. */
function isCovered(byPreview: boolean): boolean {
  return document.querySelectorAll(COVERS).length > (byPreview ? 1 : 0);
}

/** Buttons and links answer to Space and Enter themselves, sliders to what moves them. */
function usesKey(target: HTMLElement, key: string): boolean {
  if (target instanceof HTMLInputElement && target.type === "range") return /^(Arrow|Home|End|Page)/.test(key);
  if (target instanceof HTMLInputElement) return key === " ";
  return target.closest("button, a, summary, [role=menuitem]") !== null && (key === " " || key === "Enter");
}
