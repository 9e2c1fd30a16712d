/**
 * Which files of this computer were uploaded into a dataset, so that an interrupted upload goes on. The server takes
 * uploads for seven days; what was sent longer ago than six is forgotten here and sent again.
 */
import type { Picked } from "./uploads";

const MOST_REMEMBERED = 20_000;
const GOOD_FOR_MS = 6 * 24 * 3_600_000;

/** What a file is known by, and when it was sent. */
type Entry = [mark: string, at: number];

export class RememberedUploads {
  readonly #sent: Map<string, number>;

  constructor(private readonly datasetId: string) {
    const oldest = Date.now() - GOOD_FOR_MS;
    this.#sent = new Map(entriesIn(localStorage.getItem(keyOf(datasetId))).filter(([, at]) => at > oldest));
  }

  has(picked: Picked): boolean {
    return this.#sent.has(markOf(picked));
  }

  add(picked: Picked): void {
    this.#sent.set(markOf(picked), Date.now());
  }

  keep(): void {
    try {
      localStorage.setItem(keyOf(this.datasetId), JSON.stringify([...this.#sent].slice(-MOST_REMEMBERED)));
    } catch {
      // Full, or not allowed: then an interrupted upload begins anew.
    }
  }
}

/** What was sent is forgotten once it is imported. */
export function forgetUploads(datasetId: string): void {
  localStorage.removeItem(keyOf(datasetId));
}

/** Of an earlier release there are only marks: nobody knows how old they are, so they are not used. */
function entriesIn(kept: string | null): Entry[] {
  try {
    const found: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(found) ? found.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}

function keyOf(datasetId: string): string {
  return `labelstream.uploads.${datasetId}`;
}

function markOf({ file, path }: Picked): string {
  return `${path} ${file.size} ${file.lastModified}`;
}
