/** Which dialog of the labeling page is open. One at a time. */
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from "react";
import type { Job } from "@/api/jobs";
import type { Edit } from "@/labeling/edits";

export type DialogKind =
  | { kind: "preview"; id: string }
  | { kind: "delete" }
  | { kind: "add-data" }
  | { kind: "synchronize" }
  | { kind: "description" }
  | { kind: "keys" }
  | { kind: "bulk"; edit: Edit };

interface Dialogs {
  job: Job;
  present: DialogKind | null;
  open: (dialog: DialogKind) => void;
  close: () => void;
}

const DialogsContext = createContext<Dialogs | null>(null);

// Loaded when they are first opened: the page itself stays small.
const DIALOGS = {
  preview: lazy(() => import("./preview").then((module) => ({ default: module.Preview }))),
  delete: lazy(() => import("./delete-dialog").then((module) => ({ default: module.DeleteDialog }))),
  "add-data": lazy(() => import("./add-data-dialog").then((module) => ({ default: module.AddDataDialog }))),
  synchronize: lazy(() => import("./synchronize-dialog").then((module) => ({ default: module.SynchronizeDialog }))),
  description: lazy(() => import("./description-dialog").then((module) => ({ default: module.DescriptionDialog }))),
  keys: lazy(() => import("./keys-dialog").then((module) => ({ default: module.KeysDialog }))),
  bulk: lazy(() => import("./bulk-dialog").then((module) => ({ default: module.BulkDialog }))),
};

export function DialogsProvider({ job, children }: { job: Job; children: ReactNode }) {
  const [present, open] = useState<DialogKind | null>(null);
  const dialogs = useMemo(() => ({ job, present, open, close: () => open(null) }), [job, present]);
  return <DialogsContext value={dialogs}>{children}</DialogsContext>;
}

export function useDialogs(): Dialogs {
  const dialogs = useContext(DialogsContext);
  if (dialogs === null) throw new Error("There are no dialogs outside the labeling page.");
  return dialogs;
}

export function OpenDialog() {
  const { present } = useDialogs();
  if (present === null) return null;
  const Dialog = DIALOGS[present.kind];
  return (
    <Suspense>
      <Dialog />
    </Suspense>
  );
}
