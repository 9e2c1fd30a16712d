/** Searching, filter criteria as chips, the order, the way to label, the size of thumbnails. */
import { getRouteApi } from "@tanstack/react-router";
import { Brush, Grid2x2, Maximize2, Plus } from "lucide-react";
import { useChoosePreferences } from "@/app/account-preferences";
import { THUMBNAIL_SIZES } from "@/app/preferences";
import {
  type Criterion,
  criteriaOf,
  type Filter,
  type ItemSort,
  isUnreadableTab,
  SORTS,
  withoutCriterion,
} from "@/labeling/filters";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { Chip } from "@/ui/chip";
import { SearchInput, Select } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { useTyped } from "@/ui/use-typed";
import { useBenchState } from "./bench-context";
import { useCriterionText } from "./criterion-text";
import { useKeymap } from "./keymap";
import styles from "./labeling.module.css";
import { Later } from "./later";
import { searchOf } from "./search";
import { useThumbnailSize } from "./thumbnail-size";
import type { Mode } from "./workbench/state";

const route = getRouteApi("/signed-in/jobs/$jobId");

export function useChangeFilter(): (filter: Filter) => void {
  const navigate = route.useNavigate();
  return (filter) =>
    void navigate({
      search: ({ sort, size, mode }) => ({ ...searchOf(filter), sort, size, mode }),
    });
}

export function FilterBar() {
  const text = useText();
  const navigate = route.useNavigate();
  const sort = useBenchState((state) => state.view.sort);
  return (
    <search className={styles.filterBar}>
      <PathBox />
      <AddCriterion />
      <Chips />
      <div className={styles.viewing}>
        <Select
          aria-label={text("labeling.sort")}
          className={styles.sort}
          value={sort}
          onChange={(chosen: ItemSort) =>
            void navigate({
              search: ({ page: _, ...before }) => ({ ...before, sort: chosen === "added" ? undefined : chosen }),
            })
          }
          options={SORTS.map((each) => ({ value: each, label: text(`labeling.sort.${each}`) }))}
        />
        <Modes />
        <SizeSlider />
      </div>
    </search>
  );
}

function AddCriterion() {
  const text = useText();
  return (
    <Popover
      label={text("labeling.criteria")}
      trigger={
        <Button look="quiet" icon={<Plus aria-hidden />}>
          {text("labeling.criteria")}
        </Button>
      }
    >
      <Later part="criteria" />
    </Popover>
  );
}

/** Filters while one types, and counts with it. */
function PathBox() {
  const text = useText();
  const change = useChangeFilter();
  const filter = useBenchState((state) => state.view.filter);
  const [typed, setTyped] = useTyped(filter.path ?? "", (path) => change({ ...filter, path: path || undefined }));

  return (
    <SearchInput
      id="path-box"
      className={styles.pathBox}
      aria-label={text("criterion.path")}
      placeholder={text("labeling.search")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function Chips() {
  const text = useText();
  const change = useChangeFilter();
  const filter = useBenchState((state) => state.view.filter);
  const textOf = useCriterionText();
  const chips = criteriaOf(filter).flatMap((criterion): { criterion: Criterion; label?: string }[] => {
    // The path has a box of its own, unreadable images a tab.
    if (criterion === "path" || (criterion === "state" && isUnreadableTab(filter))) return [];
    return criterion === "label" ? (filter.label ?? []).map((label) => ({ criterion, label })) : [{ criterion }];
  });
  return chips.map(({ criterion, label }) => {
    const shown = textOf(filter, criterion, label);
    return (
      <Chip
        key={`${criterion} ${label ?? ""}`}
        removeLabel={text("labeling.removeCriterion", { criterion: shown })}
        onRemove={() => change(withoutCriterion(filter, criterion, label))}
      >
        {shown}
      </Chip>
    );
  });
}

const MODES: readonly { mode: Mode; icon: typeof Brush; action: "mode.grid" | "mode.brush" | "mode.focus" }[] = [
  { mode: "grid", icon: Grid2x2, action: "mode.grid" },
  { mode: "brush", icon: Brush, action: "mode.brush" },
  { mode: "focus", icon: Maximize2, action: "mode.focus" },
];

export function Modes() {
  const text = useText();
  const navigate = route.useNavigate();
  const keymap = useKeymap();
  const present = useBenchState((state) => state.mode);
  return (
    <fieldset className={styles.modes}>
      <legend className="visually-hidden">{text("labeling.mode")}</legend>
      {MODES.map(({ mode, icon: Icon, action }) => (
        <IconButton
          key={mode}
          label={text(`labeling.mode.${mode}`)}
          keys={keymap[action]}
          aria-pressed={present === mode}
          onClick={() =>
            void navigate({ search: (before) => ({ ...before, mode: mode === "grid" ? undefined : mode }) })
          }
        >
          <Icon />
        </IconButton>
      ))}
    </fieldset>
  );
}

function SizeSlider() {
  const text = useText();
  const size = useThumbnailSize();
  const choose = useChoosePreferences();
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label={text("labeling.thumbnailSize")}
      min={THUMBNAIL_SIZES.smallest}
      max={THUMBNAIL_SIZES.largest}
      step={8}
      value={size}
      onChange={(event) => choose({ thumbnail_size: Number(event.target.value) })}
    />
  );
}
