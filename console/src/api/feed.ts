/** What happens to a job, as it happens. All tabs of a browser share one stream for a job: the tab that holds its lock reads
 * it and tells the others; when that tab goes, the next one goes on where it was. */
import { type FeedEntry, readStream, type StreamEnd } from "./stream";
import { inTurn } from "./turns";

export type { FeedEntry } from "./stream";
export type Connection = "connecting" | "live" | "offline" | "ended";

export interface FeedListener {
  onEntries: (entries: readonly FeedEntry[]) => void;
  onConnection: (connection: Connection) => void;
  /** Something may have been missed: whatever is shown must be read anew. */
  onGap: () => void;
}

type Message =
  | { kind: "entries"; entries: FeedEntry[]; seq: number }
  | { kind: "connection"; connection: Connection; seq: number | null }
  | { kind: "gap" }
  | { kind: "hello" };

const WAITS_MS = [250, 1000, 2000, 5000];

/** Where this tab stopped reading a job, when the page was left: the next page of the job goes on there. */
const left = new Map<string, { seq: number; at: number }>();
/** After a longer absence there may be too much to be told. */
const GOES_ON_MS = 300_000;

function goesOnAt(jobId: string): number | null {
  const place = left.get(jobId);
  return place !== undefined && Date.now() - place.at < GOES_ON_MS ? place.seq : null;
}

export function followJob(jobId: string, listener: FeedListener): () => void {
  const follower = new Follower(jobId, listener);
  follower.start();
  return () => follower.stop();
}

class Follower {
  private readonly name: string;
  private readonly channel: BroadcastChannel;
  private readonly closing = new AbortController();
  private seq: number | null;
  private connection: Connection = "connecting";
  private leads = false;
  private failures = 0;
  private wake: () => void = () => undefined;

  constructor(
    private readonly jobId: string,
    private readonly listener: FeedListener,
  ) {
    this.name = `labelstream-feed-${jobId}`;
    this.seq = goesOnAt(jobId);
    this.channel = new BroadcastChannel(this.name);
  }

  start(): void {
    this.channel.onmessage = (event: MessageEvent<Message>) => this.hear(event.data);
    this.channel.postMessage({ kind: "hello" } satisfies Message);
    const { signal } = this.closing;
    window.addEventListener("online", () => this.wake(), { signal });
    void inTurn(this.name, signal, () => this.lead());
  }

  stop(): void {
    if (this.seq !== null) left.set(this.jobId, { seq: this.seq, at: Date.now() });
    this.closing.abort();
    this.wake();
    this.channel.close();
  }

  private hear(message: Message): void {
    if (message.kind === "hello") {
      if (this.leads) this.say({ kind: "connection", connection: this.connection, seq: this.seq });
    } else if (message.kind === "entries") {
      this.seq = message.seq;
      this.listener.onEntries(message.entries);
    } else if (message.kind === "connection") {
      this.seq = message.seq ?? this.seq;
      this.listener.onConnection(message.connection);
    } else {
      this.listener.onGap();
    }
  }

  private say(message: Message): void {
    if (!this.closing.signal.aborted) this.channel.postMessage(message);
  }

  /** Reads the stream until this tab is done with the job, or the job is not the person's any more. */
  private async lead(): Promise<void> {
    this.leads = true;
    while (!this.closing.signal.aborted) {
      const end = await readStream(this.jobId, this.seq, this.closing.signal, {
        onOpen: () => this.opened(),
        onEntries: (entries, seq) => this.told(entries, seq),
      });
      if (end === "forbidden") return this.turn("ended");
      if (this.closing.signal.aborted) return;
      await this.pause(end);
    }
  }

  private opened(): void {
    this.failures = 0;
    if (this.connection === "offline" && this.seq === null) this.gap();
    this.turn("live");
  }

  private told(entries: FeedEntry[], seq: number): void {
    this.seq = seq;
    if (entries.length === 0) return;
    this.listener.onEntries(entries);
    this.say({ kind: "entries", entries, seq });
  }

  private async pause(end: StreamEnd): Promise<void> {
    if (end === "over") return;
    if (end === "unknown-place") {
      this.seq = null;
      this.gap();
      return;
    }
    this.turn("offline");
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)] ?? 5000;
    this.failures += 1;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, wait);
    });
  }

  private gap(): void {
    this.listener.onGap();
    this.say({ kind: "gap" });
  }

  private turn(connection: Connection): void {
    this.connection = connection;
    this.listener.onConnection(connection);
    this.say({ kind: "connection", connection, seq: this.seq });
  }
}
