/** The settings of *Add data* as they are chosen, and the import that they ask for. */
import type { ImportMode, LabelingStatus, NewImport } from "@/api/imports";
import type { Picked } from "@/api/uploads";

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
  /** Undefined: what is usual for the mode. */
  status: LabelingStatus | undefined;
  include: string;
  exclude: string;
  hardOnly: boolean;
  files: readonly Picked[];
}

export const FRESH: Settings = {
  source: "uploads",
  mode: "images",
  path: "",
  status: undefined,
  include: "",
  exclude: "",
  hardOnly: false,
  files: [],
};

export function modesOf(source: SourceKind): readonly ImportMode[] {
  return source === "manifest" ? OF_FILES : MODES;
}

export function statusOf({ status, mode }: Settings): LabelingStatus {
  return status ?? (mode === "images" ? "unlabeled" : "labeled");
}

export function isComplete(settings: Settings): boolean {
  return settings.source === "uploads" ? settings.files.length > 0 : bucketOf(settings.path).bucket !== "";
}

/** `s3://bucket/path` and `bucket/path` mean the same. */
export function bucketOf(path: string): { bucket: string; rest: string } {
  const [bucket = "", ...rest] = path
    .trim()
    .replace(/^s3:\/\//, "")
    .split("/");
  return { bucket, rest: rest.join("/") };
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
  };
}
