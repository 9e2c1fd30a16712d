/** Where no image is shown: why, and the next step. */
import { FileX, ImageOff, PartyPopper, Plus, RefreshCw, SearchX } from "lucide-react";
import { mayManage } from "@/app/job-rights";
import { criteriaOf } from "@/labeling/filters";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { useBenchState, useMatching } from "./bench-context";
import { useDialogs } from "./dialogs";
import { useChangeFilter } from "./filter-bar";
import { usePages } from "./use-pages";

export function NothingHere() {
  const text = useText();
  const change = useChangeFilter();
  const pages = usePages();
  const matching = useMatching();
  const filter = useBenchState((state) => state.view.filter);
  const page = useBenchState((state) => state.paging.page);
  const total = useBenchState((state) => state.statistics?.total);
  if (matching) {
    return page === 0 ? null : (
      <Empty
        icon={<FileX aria-hidden />}
        title={text("labeling.none.page")}
        actions={<Button onClick={() => pages.goTo(0)}>{text("pages.first")}</Button>}
      >
        {text("labeling.none.pageAbout")}
      </Empty>
    );
  }
  if (criteriaOf(filter).length > 0) {
    return (
      <Empty
        icon={<SearchX aria-hidden />}
        title={text("labeling.none.filtered")}
        actions={<Button onClick={() => change({ status: filter.status })}>{text("labeling.clearCriteria")}</Button>}
      />
    );
  }
  if (total === 0) return <NoImages />;
  return filter.status === "unlabeled" ? (
    <Empty icon={<PartyPopper aria-hidden />} title={text("labeling.none.unlabeled")}>
      {text("labeling.none.unlabeledAbout")}
    </Empty>
  ) : (
    <Empty title={text(`labeling.none.${filter.status}`)} />
  );
}

function NoImages() {
  const text = useText();
  const { job, open } = useDialogs();
  const actions = (
    <>
      <Button look="primary" icon={<RefreshCw aria-hidden />} onClick={() => open({ kind: "synchronize" })}>
        {text("data.synchronize")}
      </Button>
      <Button icon={<Plus aria-hidden />} onClick={() => open({ kind: "add-data" })}>
        {text("data.add")}
      </Button>
    </>
  );
  return (
    <Empty
      icon={<ImageOff aria-hidden />}
      title={text("labeling.none.images")}
      actions={mayManage(job) ? actions : null}
    >
      {text("labeling.none.imagesAbout")}
    </Empty>
  );
}
