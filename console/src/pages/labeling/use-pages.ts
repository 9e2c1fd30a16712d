import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { turned } from "@/labeling/brush";
import { hasNext } from "@/labeling/paging";
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
        bench.turned = paging.page + 1;
        void bench.loader.forward();
        goTo(paging.page + 1);
      },
      backward: () => {
        const { page } = bench.place.get().paging;
        if (page > 0) goTo(page - 1);
      },
    };
  }, [bench, navigate]);
}
