/** The mailbox: e-mails of a platform without a mail server, for administrators. */
import { queryOptions } from "@tanstack/react-query";
import { api, reply, type Schemas } from "./client";
import { pagesQuery } from "./paging";

export type LetterSummary = Schemas["LetterSummaryView"];
export type Letter = Schemas["LetterView"];

const POSTED_MS = 5_000;

export const mailboxQuery = {
  ...pagesQuery(["mailbox"], (at) => reply(api.GET("/api/v1/mailbox", { params: { query: at } }))),
  refetchInterval: POSTED_MS,
  retry: false,
};

export function letterQuery(id: string) {
  return queryOptions({
    queryKey: ["mailbox", id],
    queryFn: (): Promise<Letter> =>
      reply(api.GET("/api/v1/mailbox/{letter_id}", { params: { path: { letter_id: id } } })),
  });
}
