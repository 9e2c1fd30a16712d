/** The gateway's API, typed by its OpenAPI document. */
import createClient from "openapi-fetch";
import { sessionFetch } from "./fetching";
import { problemOf } from "./problems";
import type { components, paths } from "./schema";
import { whole } from "./whole";

export type Schemas = components["schemas"];

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: async (request: Request) => whole(await sessionFetch(request), request.signal),
  querySerializer: { array: { style: "form", explode: true } },
});

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The reply of a call. Raises Problem. */
export async function reply<T>(call: Promise<Result<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw await problemOf(new Response(JSON.stringify(error ?? {}), response));
  }
  return data as NonNullable<T>;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

const MOST_OF_A_PAGE = 1000;

/** All of a list that is known to be short enough to be read whole, page by page. */
export async function everything<T>(read: (cursor: string | null, limit: number) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read(cursor, MOST_OF_A_PAGE);
    all.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return all;
}
