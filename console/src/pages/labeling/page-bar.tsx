/** Below the images: what is selected, and the pages. */
import { getRouteApi } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useState } from "react";
import { useIntl } from "react-intl";
import { useChoosePreferences } from "@/app/account-preferences";
import { PAGE_SIZES } from "@/app/page-sizes";
import { hasNext, pageBefore, pagesOf } from "@/labeling/paging";
import { cleared, inverted, withAll } from "@/labeling/selection";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { Select } from "@/ui/field";
import { select, useBench, useBenchState, useMatching, usePageIds } from "./bench-context";
import { useKeymap } from "./keymap";
import { Later } from "./later";
import styles from "./page-bar.module.css";
import { usePages } from "./use-pages";
import { selectableIds } from "./workbench/state";

const route = getRouteApi("/signed-in/jobs/$jobId");

export function PageBar() {
  const mode = useBenchState((state) => state.mode);
  return (
    <div className={styles.bar}>
      {mode === "brush" ? <Later part="brush" /> : <SelectionBar />}
      <Pager />
    </div>
  );
}

function SelectionBar() {
  const text = useText();
  const { place } = useBench();
  const ids = usePageIds();
  const selected = useBenchState((state) => state.selection.ids.size);
  const all = useBenchState((state) => state.matching);
  const matching = useMatching();
  const selectable = () => selectableIds(place.get());
  return (
    <div className={styles.selection}>
      <strong className={styles.count} aria-live="polite">
        {all ? text("selection.all", { count: matching ?? 0 }) : text("selection.count", { count: selected })}
      </strong>
      <Button
        look="quiet"
        onClick={() => select(place, (selection) => withAll(selection, selectable()))}
        disabled={ids.length === 0}
      >
        {text("selection.page")}
      </Button>
      <Button
        look="quiet"
        disabled={!matching}
        onClick={() => select(place, (selection) => withAll(selection, selectable()), true)}
      >
        {text("selection.matching", { count: matching ?? 0 })}
      </Button>
      <Button
        look="quiet"
        aria-label={text("selection.invert")}
        onClick={() => select(place, (selection) => inverted(selection, selectable()))}
        disabled={ids.length === 0}
      >
        {text("selection.invertShort")}
      </Button>
      <Button look="quiet" disabled={selected === 0 && !all} onClick={() => select(place, cleared)}>
        {text("selection.clear")}
      </Button>
    </div>
  );
}

function Pager() {
  const text = useText();
  const intl = useIntl();
  const keymap = useKeymap();
  const pages = usePages();
  const navigate = route.useNavigate();
  const choose = useChoosePreferences();
  const paging = useBenchState((state) => state.paging);
  const matching = useMatching();
  const last = pagesOf(matching ?? 0, paging.size);
  return (
    <nav aria-label={text("pages.title")} className={styles.pager}>
      <IconButton
        label={text("pages.previous")}
        keys={keymap.previous}
        disabled={pageBefore(paging) === null}
        onClick={pages.backward}
      >
        <ChevronLeft />
      </IconButton>
      <PageBox key={paging.page} page={paging.page + 1} last={last} goTo={(page) => pages.goTo(page - 1)} />
      <span className={styles.of}>{text("pages.of", { pages: intl.formatNumber(last) })}</span>
      <IconButton label={text("pages.next")} keys={keymap.next} disabled={!hasNext(paging)} onClick={pages.forward}>
        <ChevronRight />
      </IconButton>
      <Select
        aria-label={text("pages.size")}
        className={styles.size}
        value={String(paging.size)}
        onChange={(size) => {
          choose({ page_size: Number(size) });
          void navigate({ search: ({ page: _, ...before }) => ({ ...before, size }) });
        }}
        options={PAGE_SIZES.map((size) => ({ value: String(size), label: text("pages.sizeOf", { size }) }))}
      />
    </nav>
  );
}

function PageBox({ page, last, goTo }: { page: number; last: number; goTo: (page: number) => void }) {
  const text = useText();
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page]);
  const jump = () => {
    const wanted = Math.min(last, Math.max(1, Math.round(Number(typed.trim() || Number.NaN))));
    if (Number.isFinite(wanted) && wanted !== page) goTo(wanted);
    else setTyped(String(page));
  };
  return (
    <label className={styles.box}>
      {text("pages.page")}
      <input
        inputMode="numeric"
        aria-label={text("pages.jump")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={jump}
        onKeyDown={(event) => event.key === "Enter" && jump()}
      />
    </label>
  );
}
