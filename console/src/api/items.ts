/** Items of a job: lists, counts, edits. */
import { bodyOf, type Edit } from "@/labeling/edits";
import { asked, type Filter, type ItemSort } from "@/labeling/filters";
import type { Assignee, Item, Review } from "@/labeling/items";
import { api, reply, type Schemas } from "./client";
import { endOf, type Operation } from "./operations";
import { Problem } from "./problems";
import { outcomeIn, problemIn } from "./results";
import type { ItemEntry } from "./stream";

export type ItemChange = Schemas["ItemChangeView"];
export type Outcome = Schemas["OutcomeView"];
export type Statistics = Schemas["StatisticsView"];

export interface ItemsPage {
  items: Item[];
  next_cursor: string | null;
}

const path = (jobId: string) => ({ path: { job_id: jobId } });

interface Place {
  limit: number;
  cursor?: string | null;
  offset?: number;
}

const askedAhead = new Map<string, Promise<ItemsPage>>();
/** The page is there by then, or never comes: later it could be an answer of long ago. */
const KEPT_AHEAD_MS = 10_000;

const keyOf = (jobId: string, filter: Filter, sort: ItemSort, { limit, cursor, offset }: Place) =>
  JSON.stringify([jobId, asked(filter), sort, limit, cursor ?? null, offset ?? 0]);

/** Asks for a page of the list before who shows it is there. The answer is for the first who asks for the same. */
export function askForItems(jobId: string, filter: Filter, sort: ItemSort, place: Place): Promise<ItemsPage> {
  const answer = readItems(jobId, filter, sort, place);
  const key = keyOf(jobId, filter, sort, place);
  askedAhead.set(key, answer);
  const forget = () => {
    if (askedAhead.get(key) === answer) askedAhead.delete(key);
  };
  // Whoever waits for it is told; whoever comes later, after a sign-in perhaps, asks anew.
  answer.catch(forget);
  setTimeout(forget, KEPT_AHEAD_MS);
  return answer;
}

/** Somebody else may be signed in from now on. */
export function forgetAskedAhead(): void {
  askedAhead.clear();
}

export async function listItems(
  jobId: string,
  filter: Filter,
  sort: ItemSort,
  place: Place,
  signal?: AbortSignal,
): Promise<ItemsPage> {
  const ahead = askedAhead.get(keyOf(jobId, filter, sort, place));
  askedAhead.clear();
  return ahead ?? readItems(jobId, filter, sort, place, signal);
}

async function readItems(
  jobId: string,
  filter: Filter,
  sort: ItemSort,
  place: Place,
  signal?: AbortSignal,
): Promise<ItemsPage> {
  const query = {
    ...asked(filter),
    sort,
    limit: place.limit,
    ...(place.cursor ? { cursor: place.cursor } : {}),
    ...(place.offset ? { offset: place.offset } : {}),
  };
  const call = api.GET("/api/v1/jobs/{job_id}/items", { params: { ...path(jobId), query }, ...(signal && { signal }) });
  const page = await reply(call);
  return { items: page.items.map(itemOf), next_cursor: page.next_cursor ?? null };
}

export async function readItem(jobId: string, sampleId: string): Promise<{ item: Item; changes: ItemChange[] }> {
  const view = await reply(
    api.GET("/api/v1/jobs/{job_id}/items/{sample_id}", { params: { path: { job_id: jobId, sample_id: sampleId } } }),
  );
  return { item: itemOf(view), changes: view.changes };
}

export function readStatistics(jobId: string, filter: Filter): Promise<Statistics> {
  return reply(api.GET("/api/v1/jobs/{job_id}/stats", { params: { ...path(jobId), query: asked(filter) } }));
}

export interface Sending {
  key: string;
  expect?: Readonly<Record<string, number>>;
}

/** Gives, takes or replaces labels of images by id; the outcome, also when it takes an operation. */
export async function annotate(jobId: string, ids: readonly string[], edit: Edit, sending: Sending): Promise<Outcome> {
  const body = { sample_ids: [...ids], ...bodyOf(edit), expect: sending.expect ?? {} };
  const answer = await reply(
    api.POST("/api/v1/jobs/{job_id}/annotations", {
      params: path(jobId),
      body,
      headers: { "Idempotency-Key": sending.key },
    }),
  );
  return outcomeOf(answer);
}

export function annotateMatching(jobId: string, filter: Filter, edit: Edit): Promise<Operation> {
  const body = { filter: asked(filter), ...bodyOf(edit) };
  // With a filter the answer is always an operation.
  return reply(api.POST("/api/v1/jobs/{job_id}/annotations", { params: path(jobId), body })) as Promise<Operation>;
}

export async function decide(
  jobId: string,
  decision: "confirm" | "reject",
  ids: readonly string[],
  { key, expect = {} }: Sending,
): Promise<Outcome> {
  const body = { sample_ids: [...ids], expect };
  const call = { params: path(jobId), body, headers: { "Idempotency-Key": key } };
  return outcomeOf(
    await reply(
      decision === "confirm"
        ? api.POST("/api/v1/jobs/{job_id}/items:confirm", call)
        : api.POST("/api/v1/jobs/{job_id}/items:reject", call),
    ),
  );
}

/** Decides on everything that matches; little of it is done at once. */
export function decideMatching(
  jobId: string,
  decision: "confirm" | "reject",
  filter: Filter,
): Promise<Outcome | Operation> {
  const call = { params: path(jobId), body: { filter: asked(filter) } };
  return reply(
    decision === "confirm"
      ? api.POST("/api/v1/jobs/{job_id}/items:confirm", call)
      : api.POST("/api/v1/jobs/{job_id}/items:reject", call),
  );
}

const IDS_AT_ONCE = 1000;

/** The ids of everything that matches; null if there are more than `most`. */
export async function idsMatching(jobId: string, filter: Filter, most: number): Promise<string[] | null> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: ItemsPage = await listItems(jobId, filter, "added", { limit: IDS_AT_ONCE, cursor });
    ids.push(...page.items.map((item) => item.id));
    if (ids.length > most) return null;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
}

export async function undoChange(jobId: string, changeId: string): Promise<Outcome> {
  return outcomeOf(
    await reply(
      api.POST("/api/v1/jobs/{job_id}/changes/{change_id}:undo", {
        params: { path: { job_id: jobId, change_id: changeId } },
      }),
    ),
  );
}

/** The outcome itself, or that of the operation that was begun. */
export async function outcomeOf(answer: Outcome | Operation): Promise<Outcome> {
  if ("change_id" in answer) return answer;
  const operation = await endOf(answer);
  const outcome = outcomeIn(operation);
  if (operation.state !== "succeeded" || outcome === null)
    throw problemIn(operation) ?? new Problem(0, operation.state, "", "");
  return outcome;
}

type SeenItem = Pick<
  Schemas["ItemView"],
  "sample_id" | "path" | "name" | "status" | "labels" | "hard" | "version" | "thumbnail_url" | "content_url"
> & {
  content_changed?: boolean | null;
  state?: Schemas["ItemView"]["state"];
  reason?: string | null;
  review?: Review | null;
  assignees?: readonly { account_id: string; state: "open" | "done" }[];
  agreement?: number | null;
};

export function itemOf(view: SeenItem): Item {
  return {
    id: view.sample_id,
    path: view.path,
    name: view.name,
    status: view.status,
    labels: view.labels.map((given) => ({
      labelId: given.label_id,
      name: given.name,
      by: given.by ?? "",
      at: given.at,
      source: given.source,
      confidence: given.confidence,
      ...(given.to_confirm && { toConfirm: true }),
    })),
    hard: view.hard,
    ...(view.content_changed && { contentChanged: true }),
    ...(view.state === "unreadable" && { unreadable: view.reason ?? "" }),
    version: view.version,
    thumbnail: here(view.thumbnail_url),
    content: here(view.content_url),
    ...(view.review && { review: view.review }),
    ...(view.assignees && { assignees: view.assignees.map(assigneeOf) }),
    ...(view.agreement !== undefined && { agreement: view.agreement }),
  };
}

function assigneeOf({ account_id, state }: { account_id: string; state: "open" | "done" }): Assignee {
  return { account: account_id, isDone: state === "done" };
}

/** What the feed tells of an item; null if it has left the job. */
export function itemOfEntry(entry: ItemEntry): Item | null {
  if (entry.after === null) return null;
  const samples = `/api/v1/datasets/${entry.dataset_id}/samples/${entry.sample_id}`;
  return itemOf({
    sample_id: entry.sample_id,
    path: entry.path,
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    version: entry.version,
    thumbnail_url: `${samples}/thumbnail`,
    content_url: `${samples}/content`,
    ...entry.after,
  });
}

/** The gateway names itself as its settings do; the page may have been opened under another name. */
function here(url: string): string {
  const { pathname, search } = new URL(url, window.location.origin);
  return pathname + search;
}
