/** One connection to a job's stream of changes, from its opening to its end. */
import type { Schemas } from "./client";
import { sessionFetch } from "./fetching";
import { EventParser } from "./sse";

type Change = Pick<Schemas["ItemChangeView"], "seq" | "change_id" | "at" | "actor">;
export type ItemEntry = Schemas["ItemChangeView"];

export interface LabelEntry extends Change {
  kind: "label";
  type: string;
  label?: { label_id: string; name: string };
  /** Of a label that was renamed: its former name. */
  before?: { name: string };
  /** Of labels that were merged: which, and into which. */
  from?: { name: string }[];
  into?: { name: string };
}

/** Many items at once: those of a new job, of a label that was deleted, or whose files cannot be read, or can again. */
export interface ItemsEntry extends Change {
  kind: "items";
  unreadable_ids?: string[];
  readable_ids?: string[];
}

export type FeedEntry = ItemEntry | LabelEntry | ItemsEntry;

/** `over`: the gateway closed it, as it does from time to time. `lost`: it broke, or could not be opened. */
export type StreamEnd = "over" | "lost" | "forbidden" | "unknown-place";

interface Listener {
  onOpen: () => void;
  onEntries: (entries: FeedEntry[], seq: number) => void;
}

/** The gateway says every 15 seconds that it is there. */
const SILENCE_MS = 40_000;

export async function readStream(
  jobId: string,
  after: number | null,
  closing: AbortSignal,
  listener: Listener,
): Promise<StreamEnd> {
  const cut = new AbortController();
  const offline = () => cut.abort();
  window.addEventListener("offline", offline);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (after !== null) headers["Last-Event-ID"] = String(after);
    const signal = AbortSignal.any([closing, cut.signal]);
    const answer = await sessionFetch(`/api/v1/jobs/${encodeURIComponent(jobId)}/changes/stream`, { headers, signal });
    if (answer.status === 404 || answer.status === 403) return "forbidden";
    if (answer.status === 422) return "unknown-place";
    if (!answer.ok || answer.body === null) return "lost";
    listener.onOpen();
    await readAll(answer.body, cut, listener);
    return "over";
  } catch {
    return "lost";
  } finally {
    window.removeEventListener("offline", offline);
  }
}

async function readAll(body: ReadableStream<Uint8Array>, cut: AbortController, listener: Listener): Promise<void> {
  const parser = new EventParser();
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const silence = setTimeout(() => cut.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const events = parser.push(value);
    const seq = Number(events.findLast((event) => event.id !== null)?.id ?? Number.NaN);
    const entries = events.filter((event) => event.data !== "").map((event) => JSON.parse(event.data) as FeedEntry);
    if (Number.isFinite(seq)) listener.onEntries(entries, seq);
  }
}
