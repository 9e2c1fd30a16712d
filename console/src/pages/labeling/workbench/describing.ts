/** What an edit does, in the terms in which the history tells it. */
import type { Edit } from "@/labeling/edits";
import type { Done } from "@/labeling/undo";

export function describeEdit(edit: Edit): Pick<Done["about"], "kind" | "labels"> {
  const names = (labels: readonly { name: string }[] = []) => labels.map((label) => label.name);
  if (edit.verdict)
    return { kind: edit.verdict.decision === "accept" ? "reviewAccepted" : "reviewRejected", labels: [] };
  if (edit.decision) return { kind: edit.decision === "confirm" ? "confirmed" : "rejected", labels: [] };
  if (edit.set) return { kind: "set", labels: names(edit.set) };
  if (edit.replace) return { kind: "replaced", labels: [edit.replace.from.name, edit.replace.to.name] };
  if (edit.add && edit.add.length > 0) return { kind: "given", labels: names(edit.add) };
  if (edit.remove) return { kind: "taken", labels: names(edit.remove) };
  return { kind: "hard", labels: [] };
}
