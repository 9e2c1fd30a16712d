/** Files that somebody chose or dropped, folders with all that is in them. */
import type { Picked } from "@/api/uploads";

const IMAGE = /\.(jpe?g|jpe|jfif|png|bmp|webp|gif|tiff?)$/i;
const LABELS = /\.(txt|manifest|jsonl|ndjson|csv|parquet|json)$/i;

/** Why a file is not sent. */
export type Unfit = "ending" | "empty";

/** What somebody chose: the files that can be sent, and the others. */
export interface Chosen {
  files: readonly Picked[];
  unfit: readonly { path: string; why: Unfit }[];
}

export const NOTHING_CHOSEN: Chosen = { files: [], unfit: [] };

export function pickedFiles(list: FileList | null): Chosen {
  return sorted([...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

export async function droppedFiles(transfer: DataTransfer): Promise<Chosen> {
  // To be asked for before anything is awaited: the list is emptied when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(transfer.files);
  return sorted((await Promise.all(entries.map(filesBelow))).flat());
}

export function isImage({ path }: Picked): boolean {
  return IMAGE.test(path);
}

/** Those that can be sent, and those that cannot, in the order of their paths. */
export function sorted(all: readonly Picked[]): Chosen {
  const files: Picked[] = [];
  const unfit: { path: string; why: Unfit }[] = [];
  for (const picked of all.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const why = unfitness(picked);
    if (why === null) files.push(picked);
    else unfit.push({ path: picked.path, why });
  }
  return { files, unfit };
}

function unfitness({ file, path }: Picked): Unfit | null {
  if (!(IMAGE.test(path) || LABELS.test(path))) return "ending";
  return file.size === 0 ? "empty" : null;
}

async function filesBelow(entry: FileSystemEntry): Promise<Picked[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((found, failed) => (entry as FileSystemFileEntry).file(found, failed));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Picked[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((read, failed) => reader.readEntries(read, failed));
    if (some.length === 0) return found;
    for (const each of some) found.push(...(await filesBelow(each)));
  }
}
