/** Files that somebody chose or dropped, folders with all that is in them. */
import type { Picked } from "@/api/uploads";

const ACCEPTED = /\.(jpe?g|jpe|jfif|png|bmp|webp|gif|tiff?|txt|manifest|jsonl|ndjson|csv|parquet|json)$/i;

export function pickedFiles(list: FileList | null): Picked[] {
  return accepted([...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

export async function droppedFiles(transfer: DataTransfer): Promise<Picked[]> {
  // To be asked for before anything is awaited: the list is emptied when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(transfer.files);
  return accepted((await Promise.all(entries.map(filesBelow))).flat());
}

function accepted(files: Picked[]): Picked[] {
  const fitting = files.filter(({ file, path }) => ACCEPTED.test(path) && file.size > 0);
  return fitting.sort((one, other) => (one.path < other.path ? -1 : 1));
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
