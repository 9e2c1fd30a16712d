/** Tables for a spreadsheet: the same addresses, asked for as CSV. */
import { sessionFetch } from "./fetching";
import { problemOf } from "./problems";

export async function asCsv(address: string): Promise<Blob> {
  const answer = await sessionFetch(address, { headers: { Accept: "text/csv" } });
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}
