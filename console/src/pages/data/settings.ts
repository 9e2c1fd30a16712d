/** The settings of *Add data* as they are chosen, and the import that they ask for. */
import type { ImportMode, LabelingStatus, NewImport } from "@/api/imports";
import { type Chosen, NOTHING_CHOSEN } from "./picking";

export const SOURCES = ["uploads", "bucket", "manifest"] as const;
export const MODES = [
  "images",
  "directory_labels",
  "text_labels",
  "manifest",
  "csv",
  "parquet",
  "coco",
  "yolo",
] as const satisfies readonly ImportMode[];
export const STATUSES = ["unlabeled", "labeled", "to_confirm"] as const satisfies readonly LabelingStatus[];
const OF_FILES: readonly ImportMode[] = ["manifest", "csv", "parquet", "coco"];

export type SourceKind = (typeof SOURCES)[number];

export interface Settings {
  source: SourceKind;
  mode: ImportMode;
  path: string;
  /** The object store that the path lies in; empty: the dataset's own. */
  store: string;
  /** Undefined: what is usual for the mode. */
  status: LabelingStatus | undefined;
  include: string;
  exclude: string;
  hardOnly: boolean;
  chosen: Chosen;
}

export const FRESH: Settings = {
  source: "uploads",
  mode: "images",
  path: "",
  store: "",
  status: undefined,
  include: "",
  exclude: "",
  hardOnly: false,
  chosen: NOTHING_CHOSEN,
};

export function modesOf(source: SourceKind): readonly ImportMode[] {
  return source === "manifest" ? OF_FILES : MODES;
}

export function statusOf({ status, mode }: Settings): LabelingStatus {
  return status ?? (mode === "images" ? "unlabeled" : "labeled");
}

export function isComplete(settings: Settings): boolean {
  return settings.source === "uploads" ? settings.chosen.files.length > 0 : bucketOf(settings.path).bucket !== "";
}

/** `s3://bucket/path` and `bucket/path` mean the same. */
export function bucketOf(path: string): { bucket: string; rest: string } {
  const [bucket = "", ...rest] = path
    .trim()
    .replace(/^s3:\/\//, "")
    .split("/");
  return { bucket, rest: rest.join("/") };
}

/** Whether images may be left out for their labels. */
export function filters(settings: Settings): boolean {
  return settings.hardOnly || labelsIn(settings.include).length > 0 || labelsIn(settings.exclude).length > 0;
}

export function labelsIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

export function bodyOf(settings: Settings): NewImport {
  const { bucket, rest } = bucketOf(settings.path);
  const source: NewImport["source"] =
    settings.source === "uploads"
      ? { kind: "uploads" }
      : settings.source === "bucket"
        ? { kind: "bucket", bucket, prefix: rest }
        : { kind: "manifest", bucket, key: rest };
  return {
    source,
    mode: settings.mode,
    labeling_status: statusOf(settings),
    include_labels: labelsIn(settings.include),
    exclude_labels: labelsIn(settings.exclude),
    hard_only: settings.hardOnly,
    ...(settings.source !== "uploads" && settings.store !== "" ? { source_id: settings.store } : {}),
  };
}
