import { useIntl } from "react-intl";
import type { Criterion, Filter } from "@/labeling/filters";
import { useText } from "@/text/text";
import { useBenchState } from "./bench-context";
import { usePeople } from "./people";

/** A criterion as its chip says it: `Label: apple`. */
export function useCriterionText(): (filter: Filter, criterion: Criterion, label?: string) => string {
  const text = useText();
  const intl = useIntl();
  const nameOf = usePeople();
  const labels = useBenchState((state) => state.labels);
  return (filter, criterion, label) => {
    const value = () => {
      switch (criterion) {
        case "hard":
          return text(filter.hard ? "criterion.hard.true" : "criterion.hard.false");
        case "content_changed":
          return text(filter.content_changed ? "criterion.content_changed.true" : "criterion.content_changed.false");
        case "state":
          return text(`criterion.state.${filter.state ?? "ok"}`);
        case "label":
          return labels.find((one) => one.id === label)?.name ?? label ?? "";
        case "labeled_by":
          return nameOf(filter.labeled_by ?? "");
        case "assignee":
          return filter.assignee === "me" || filter.assignee === "none"
            ? text(`criterion.assignee.${filter.assignee}`)
            : nameOf(filter.assignee ?? "");
        case "labeled_after":
        case "labeled_before":
          return intl.formatDate(filter[criterion], { dateStyle: "medium", timeStyle: "short" });
        case "source":
          return text(`criterion.source.${filter.source ?? "person"}`);
        case "review":
          return text(`criterion.review.${filter.review ?? "none"}`);
        case "confidence_above":
        case "agreement_below":
          return intl.formatNumber(filter[criterion] ?? 0, { style: "percent" });
        case "path":
          return filter.path ?? "";
      }
    };
    return text("criterion.chip", { criterion: text(`criterion.${criterion}`), value: value() });
  };
}
