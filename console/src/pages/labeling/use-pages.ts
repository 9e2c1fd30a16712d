import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { turned } from "@/labeling/brush";
import { hasNext, pageBefore } from "@/labeling/paging";
import { cleared } from "@/labeling/selection";
import { useBench } from "./bench-context";

const route = getRouteApi("/signed-in/jobs/$jobId");

/** Turning pages: the next one is there already; others are read from the gateway. */
export function usePages() {
  const bench = useBench();
  const navigate = route.useNavigate();
  return useMemo(() => {
    const goTo = (page: number) =>
      void navigate({ search: (before) => ({ ...before, page: page > 0 ? String(page + 1) : undefined }) });
    return {
      goTo,
      forward: () => {
        const { paging } = bench.place.get();
        if (!hasNext(paging)) return;
        bench.place.update((state) => ({
          ...state,
          selection: cleared({ ...state.selection, cursor: null }),
          matching: false,
          brush: turned(state.brush),
        }));
        const page = bench.loader.forward();
        if (page === paging.page) return;
        bench.turned = page;
        goTo(page);
      },
      backward: () => {
        const { paging, view } = bench.place.get();
        const page = pageBefore(paging);
        // Of the same number, but further back: then the address stays.
        if (page === paging.page) void bench.show(view, page);
        else if (page !== null) goTo(page);
      },
    };
  }, [bench, navigate]);
}
