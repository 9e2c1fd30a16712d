/** What of the labeling page is in its address: filter, order, page, size of a page, way to label. */
import { PAGE_SIZES } from "@/app/page-sizes";
import { momentOf, oneOf, type Search, textOf } from "@/app/search";
import { type Filter, type ItemSort, REVIEWS, SORTS, SOURCES, STATES, STATUSES } from "@/labeling/filters";
import type { Mode } from "./workbench/state";

export const MODES = ["grid", "brush", "focus"] as const satisfies readonly Mode[];
const BOOLEANS = ["true", "false"] as const;

export interface LabelingSearch {
  status?: Filter["status"];
  hard?: "true" | "false";
  content_changed?: "true" | "false";
  state?: NonNullable<Filter["state"]>;
  label?: string[];
  label_match?: "all";
  path?: string;
  labeled_by?: string;
  labeled_after?: string;
  labeled_before?: string;
  source?: NonNullable<Filter["source"]>;
  confidence_above?: string;
  review?: NonNullable<Filter["review"]>;
  assignee?: string;
  agreement_below?: string;
  sort?: ItemSort;
  /** Counted from 1, as people do. */
  page?: string;
  size?: string;
  mode?: Mode;
}

export function validateLabelingSearch(search: Search): LabelingSearch {
  const labels = [search.label ?? []].flat().filter(Boolean);
  return dense({
    status: oneOf(search.status, STATUSES),
    hard: oneOf(search.hard, BOOLEANS),
    content_changed: oneOf(search.content_changed, BOOLEANS),
    state: oneOf(search.state, STATES),
    label: labels.length > 0 ? labels : undefined,
    label_match: search.label_match === "all" ? ("all" as const) : undefined,
    path: textOf(search.path),
    labeled_by: textOf(search.labeled_by),
    labeled_after: momentOf(search.labeled_after),
    labeled_before: momentOf(search.labeled_before),
    source: oneOf(search.source, SOURCES),
    confidence_above: shareOf(search.confidence_above),
    review: oneOf(search.review, REVIEWS),
    assignee: textOf(search.assignee),
    agreement_below: shareOf(search.agreement_below),
    sort: oneOf(search.sort, SORTS),
    page: pageOf(search.page),
    size: PAGE_SIZES.some((size) => String(size) === search.size) ? String(search.size) : undefined,
    mode: oneOf(search.mode, MODES),
  });
}

/** *Unlabeled* opens first. */
export function filterOf(search: LabelingSearch): Filter {
  return dense({
    status: search.status ?? "unlabeled",
    hard: search.hard === undefined ? undefined : search.hard === "true",
    content_changed: search.content_changed === undefined ? undefined : search.content_changed === "true",
    state: search.state,
    label: search.label,
    label_match: search.label_match,
    path: search.path,
    labeled_by: search.labeled_by,
    labeled_after: search.labeled_after,
    labeled_before: search.labeled_before,
    source: search.source,
    confidence_above: search.confidence_above === undefined ? undefined : Number(search.confidence_above),
    review: search.review,
    assignee: search.assignee,
    agreement_below: search.agreement_below === undefined ? undefined : Number(search.agreement_below),
  }) as Filter;
}

export function searchOf(filter: Filter): LabelingSearch {
  return dense({
    ...filter,
    status: filter.status === "unlabeled" ? undefined : filter.status,
    hard: filter.hard === undefined ? undefined : (String(filter.hard) as "true" | "false"),
    content_changed:
      filter.content_changed === undefined ? undefined : (String(filter.content_changed) as "true" | "false"),
    label: filter.label ? [...filter.label] : undefined,
    label_match: filter.label_match === "all" ? ("all" as const) : undefined,
    confidence_above: filter.confidence_above === undefined ? undefined : String(filter.confidence_above),
    agreement_below: filter.agreement_below === undefined ? undefined : String(filter.agreement_below),
  });
}

function dense<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

function shareOf(value: unknown): string | undefined {
  const share = Number(textOf(value));
  return share >= 0 && share <= 1 ? String(share) : undefined;
}

function pageOf(value: unknown): string | undefined {
  const page = Number(textOf(value));
  return Number.isInteger(page) && page > 1 ? String(page) : undefined;
}
