/** What is shown of a job: status, the filter criteria, the order. They live in the address, each under the API's name. */
import { carries, type Item, type LabelRef } from "./items";

export const STATUSES = ["all", "unlabeled", "labeled", "to_confirm"] as const;
export const SORTS = ["added", "-added", "path", "-path", "-labeled_at", "labeled_at", "-hardness"] as const;
export const USUAL_SORT = "added";
export const SOURCES = ["person", "import", "model"] as const;
export const STATES = ["new", "ok", "unreadable"] as const;
export const REVIEWS = ["none", "pending", "accepted", "rejected"] as const;

export type TabStatus = (typeof STATUSES)[number];
export type ItemSort = (typeof SORTS)[number];

export interface Filter {
  status: TabStatus;
  hard?: boolean;
  content_changed?: boolean;
  state?: (typeof STATES)[number];
  label?: readonly string[];
  label_match?: "any" | "all";
  path?: string;
  labeled_by?: string;
  labeled_after?: string;
  labeled_before?: string;
  source?: (typeof SOURCES)[number];
  confidence_above?: number;
  review?: (typeof REVIEWS)[number];
  assignee?: string;
  agreement_below?: number;
}

/** The criteria beside the status: those that have a chip. */
export type Criterion = Exclude<keyof Filter, "status" | "label_match">;

export function criteriaOf(filter: Filter): Criterion[] {
  const { status, label_match, ...criteria } = filter;
  return (Object.keys(criteria) as Criterion[]).filter((name) => criteria[name] !== undefined);
}

export function withoutCriterion(filter: Filter, criterion: Criterion, label?: string): Filter {
  if (criterion === "label" && label !== undefined) {
    const left = (filter.label ?? []).filter((one) => one !== label);
    if (left.length > 0) return { ...filter, label: left };
  }
  const { label_match, ...rest } = filter;
  const others: Filter = { ...rest };
  delete others[criterion];
  return others.label && label_match ? { ...others, label_match } : others;
}

/** Whether the tab *Unreadable* is shown: it is a status to people, and a state to the API. */
export function isUnreadableTab(filter: Filter): boolean {
  return filter.status === "all" && filter.state === "unreadable";
}

/** What the counts on the tabs are of: each tab counts what it leads to. */
export function countedFilter(filter: Filter): Filter {
  return { ...(isUnreadableTab(filter) ? withoutCriterion(filter, "state") : filter), status: "all" };
}

/** The filter as a query or a body of the API takes it. */
export function asked(filter: Filter): Omit<Filter, "label"> & { label?: string[] } {
  const { label, ...rest } = filter;
  return label && label.length > 0 ? { ...rest, label: [...label] } : rest;
}

/** Whether an image that was just changed still belongs to what is shown, as far as a page can know. */
export function stillMatches(item: Item, filter: Filter, labels: readonly LabelRef[]): boolean {
  if (filter.status !== "all" && item.status !== filter.status) return false;
  const isUnreadable = item.unreadable !== undefined;
  if (isUnreadable && filter.status === "unlabeled") return false;
  if (filter.state !== undefined && (filter.state === "unreadable") !== isUnreadable) return false;
  if (filter.hard !== undefined && item.hard !== filter.hard) return false;
  if (filter.content_changed !== undefined && Boolean(item.contentChanged) !== filter.content_changed) return false;
  if (filter.review && (item.review?.state ?? "none") !== filter.review) return false;
  if (filter.source && !item.labels.some((given) => given.source === filter.source)) return false;
  if (!filter.label || filter.label.length === 0) return true;
  const wanted = filter.label.map(
    (name) => labels.find((one) => one.id === name || one.name === name) ?? { id: null, name },
  );
  return filter.label_match === "all"
    ? wanted.every((label) => carries(item, label))
    : wanted.some((label) => carries(item, label));
}
