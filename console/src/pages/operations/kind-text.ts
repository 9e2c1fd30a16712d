/** What an operation does, in words; a kind that this console does not know yet is shown as it is. */
import type { TextKey, Translate } from "@/text/text";

const KINDS: Readonly<Record<string, TextKey>> = {
  annotate: "operations.kind.annotate",
  "bring-in-left-out-labels": "operations.kind.bring-in-left-out-labels",
  "delete-dataset": "operations.kind.delete-dataset",
  "delete-label": "operations.kind.delete-label",
  "delete-samples": "operations.kind.delete-samples",
  "edit-items": "operations.kind.edit-items",
  "example-images": "operations.kind.example-images",
  "export-version": "operations.kind.export-version",
  "finish-acceptance": "operations.kind.finish-acceptance",
  "end-job": "operations.kind.end-job",
  import: "operations.kind.import",
  "merge-labels": "operations.kind.merge-labels",
  predict: "operations.kind.predict",
  "publish-version": "operations.kind.publish-version",
  "restore-samples": "operations.kind.restore-samples",
  synchronize: "operations.kind.synchronize",
  "undo-change": "operations.kind.undo-change",
};

export function kindText(kind: string, text: Translate): string {
  const known = KINDS[kind];
  return known ? text(known) : kind;
}
