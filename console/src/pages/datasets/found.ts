import type { Dataset } from "@/api/datasets";

/** Datasets whose name, bucket or prefix holds the text, the newest first. */
export function foundDatasets(datasets: readonly Dataset[], sought: string): Dataset[] {
  const text = sought.trim().toLowerCase();
  return datasets
    .filter((dataset) => `${dataset.name}\n${placeOf(dataset)}`.toLowerCase().includes(text))
    .sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
}

/** Bucket and prefix as one path. */
export function placeOf({ source }: Pick<Dataset, "source">): string {
  return `${source.bucket}/${source.prefix}`;
}
