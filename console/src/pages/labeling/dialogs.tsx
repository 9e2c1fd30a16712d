/** Which dialog of the labeling page is open. One at a time. */
import { createContext, type ReactNode, Suspense, useContext, useEffect, useMemo, useState } from "react";
import type { Job } from "@/api/jobs";
import type { Edit } from "@/labeling/edits";
import type { Chosen } from "@/pages/data/picking";
import { patient, patiently } from "@/ui/patient";
import { LATER } from "./later";

export type DialogKind =
  | { kind: "preview"; id: string }
  | { kind: "delete" }
  | { kind: "add-data"; dropped?: Chosen }
  | { kind: "data-history" }
  | { kind: "synchronize" }
  | { kind: "description" }
  | { kind: "keys" }
  | { kind: "reject" }
  | { kind: "assign" }
  | { kind: "bulk"; work: Edit };

interface Dialogs {
  job: Job;
  present: DialogKind | null;
  open: (dialog: DialogKind) => void;
  close: () => void;
}

const DialogsContext = createContext<Dialogs | null>(null);

const loadPreview = () => import("./preview").then((module) => ({ default: module.Preview }));
const loadDelete = () => import("./delete-dialog").then((module) => ({ default: module.DeleteDialog }));
const loadBulk = () => import("./bulk-dialog").then((module) => ({ default: module.BulkDialog }));
const loadReject = () => import("./reject-dialog").then((module) => ({ default: module.RejectDialog }));
const loadKeys = () => import("./keys-dialog").then((module) => ({ default: module.KeysDialog }));
const LOADED_AFTER_MS = 3_000;

// Not part of the page itself, which stays small; those that are wanted often are there before they are opened.
const DIALOGS = {
  preview: patient(loadPreview),
  delete: patient(loadDelete),
  "add-data": patient(() => import("./add-data-dialog").then((module) => ({ default: module.AddDataDialog }))),
  "data-history": patient(() => import("./add-data-dialog").then((module) => ({ default: module.DataHistoryDialog }))),
  synchronize: patient(() => import("./synchronize-dialog").then((module) => ({ default: module.SynchronizeDialog }))),
  description: patient(() => import("./description-dialog").then((module) => ({ default: module.DescriptionDialog }))),
  keys: patient(loadKeys),
  reject: patient(loadReject),
  assign: patient(() => import("./assign-dialog").then((module) => ({ default: module.AssignDialog }))),
  bulk: patient(loadBulk),
};

export function DialogsProvider({ job, children }: { job: Job; children: ReactNode }) {
  const [present, open] = useState<DialogKind | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const load of [loadPreview, loadDelete, loadBulk, loadKeys, ...LATER])
        void patiently(load).catch(() => undefined);
    }, LOADED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
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
