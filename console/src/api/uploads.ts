/** Sends files straight to the object store, several at a time, and goes on where it stopped. */
import { api, reply, type Schemas } from "./client";
import { Problem } from "./problems";
import { RememberedUploads } from "./remembered-uploads";
import { StoreNotAllowed, UploadFailed } from "./samples";

/** A file of this computer, and where it lay below what was chosen. */
export interface Picked {
  file: File;
  path: string;
}

const TICKETS_AT_ONCE = 100;
const WORKERS = 6;
const TRIES = 3;
const PAUSE_MS = 300;
// A ticket is good for five minutes; large files in front of it may take longer.
const TICKET_MS = 4 * 60_000;

export interface RefusedFile {
  path: string;
  reason: string;
}

/**
 * `prefix` is what every key begins with; null if it is not known. `sent` says how many files are there, those of an
 * earlier try included. Gives the files that were refused. Raises Problem, UploadFailed or StoreNotAllowed.
 */
export async function uploadAll(
  datasetId: string,
  prefix: string | null,
  files: readonly Picked[],
  sent: (count: number) => void,
): Promise<RefusedFile[]> {
  const known = new RememberedUploads(datasetId);
  const left = files.filter((picked) => !known.has(picked));
  const refused: RefusedFile[] = [];
  let done = files.length - left.length;
  let begins = prefix;
  sent(done);
  for (let at = 0; at < left.length; at += TICKETS_AT_ONCE) {
    const opened = await openUploads(datasetId, begins, left.slice(at, at + TICKETS_AT_ONCE));
    begins = opened.prefix;
    refused.push(...opened.refused);
    const waiting = opened.pairs;
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await put(datasetId, opened.prefix, next);
        known.add(next.picked);
        done += 1;
        sent(done);
      }
    };
    try {
      await Promise.all(Array.from({ length: WORKERS }, worker));
    } finally {
      known.keep();
    }
  }
  return refused;
}

interface Opened {
  prefix: string;
  pairs: Ready[];
  refused: RefusedFile[];
}

/** A file with its ticket, which is not used past `until`, in milliseconds since the epoch. */
interface Ready {
  picked: Picked;
  ticket: Schemas["UploadView"];
  until: number;
}

/** Tickets for the files that are accepted. A refusal names the others, and the prefix of the dataset. */
async function openUploads(datasetId: string, prefix: string | null, files: readonly Picked[]): Promise<Opened> {
  let left = files;
  let begins = prefix;
  const refused: RefusedFile[] = [];
  while (left.length > 0) {
    const until = Date.now() + TICKET_MS;
    const asked = left.map(({ file, path }) => ({ path: (begins ?? "") + path, size: file.size, media_type: null }));
    try {
      const { items } = await reply(
        api.POST("/api/v1/datasets/{dataset_id}/uploads", {
          params: { path: { dataset_id: datasetId } },
          body: { files: asked },
        }),
      );
      const pairs = left.flatMap((picked, index) => {
        const ticket = items[index];
        return ticket ? [{ picked, ticket, until }] : [];
      });
      return { prefix: begins ?? "", pairs, refused };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "invalid-upload") throw error;
      if (begins === null && typeof error.members.prefix === "string") {
        begins = error.members.prefix;
        continue;
      }
      const reasons = new Map(error.errors.map((each) => [Number(each.pointer.split("/")[2]), each.detail]));
      if (reasons.size === 0) throw error;
      refused.push(
        ...left.flatMap(({ path }, index) => ({ path, reason: reasons.get(index) ?? "" })).filter(hasReason),
      );
      left = left.filter((_, index) => !reasons.has(index));
    }
  }
  return { prefix: begins ?? "", pairs: [], refused };
}

function hasReason({ reason }: RefusedFile): boolean {
  return reason !== "";
}

async function put(datasetId: string, prefix: string, ready: Ready): Promise<void> {
  const { file, path } = ready.picked;
  let present: Ready | undefined = ready;
  const policy = watchPolicy();
  try {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      if (Date.now() > present.until) present = (await openUploads(datasetId, prefix, [ready.picked])).pairs[0];
      if (present === undefined) break;
      const { ticket } = present;
      // Straight to the object store: the address is signed, and no cookie goes there. The browser reads the file as it
      // sends it.
      const sending = { method: "PUT", headers: ticket.headers, body: file, credentials: "omit" } as const;
      const answer = await fetch(ticket.url, sending).catch(() => null);
      if (answer?.ok) return;
      // The browser tells a little later why it sent nothing, and a network needs a moment, too.
      if (answer === null) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (policy.forbids(ticket.url)) throw new StoreNotAllowed(new URL(ticket.url).origin);
      if (answer !== null && answer.status < 500) break;
    }
  } finally {
    policy.close();
  }
  throw new UploadFailed(path);
}

/** A request that the Content-Security-Policy forbids fails like one without a network; the browser tells it by an event. */
function watchPolicy() {
  const forbidden = new Set<string>();
  const listen = ({ blockedURI }: SecurityPolicyViolationEvent) => forbidden.add(originOf(blockedURI));
  document.addEventListener("securitypolicyviolation", listen);
  return {
    forbids: (url: string) => forbidden.has(originOf(url)),
    close: () => document.removeEventListener("securitypolicyviolation", listen),
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
