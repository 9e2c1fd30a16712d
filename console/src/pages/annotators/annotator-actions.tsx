/** What can be done with an annotator: send the job by e-mail, modify the role, delete. */
import { useQuery } from "@tanstack/react-query";
import { Mail, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import {
  annotatorRemovalQuery,
  type Member,
  useChangeAnnotator,
  useRemoveAnnotator,
  useSendEmail,
} from "@/api/members";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { toastFault } from "@/app/fault";
import { FormDialog } from "@/app/form-dialog";
import { RoleField } from "@/pages/members/member-fields";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { toast } from "@/ui/toast";

interface Props {
  jobId: string;
  member: Member;
}

export function AnnotatorActions({ jobId, member }: Props) {
  const text = useText();
  const [open, setOpen] = useState<"role" | "removal" | null>(null);
  const send = useSendEmail(jobId);
  const name = member.name || member.email || "";
  const sendEmail = () =>
    send.mutate(member.id, {
      onSuccess: () => toast(text("annotators.sent", { name })),
      onError: (error) => toastFault(error, text),
    });
  return (
    <>
      <IconButton label={text("annotators.sendTo", { name })} disabled={send.isPending} onClick={sendEmail}>
        <Mail />
      </IconButton>
      <IconButton label={text("members.modify", { name })} onClick={() => setOpen("role")}>
        <Pencil />
      </IconButton>
      <IconButton label={text("members.delete", { name })} onClick={() => setOpen("removal")}>
        <Trash2 />
      </IconButton>
      {open === "role" ? <RoleDialog jobId={jobId} member={member} onClose={() => setOpen(null)} /> : null}
      {open === "removal" ? <RemovalDialog jobId={jobId} member={member} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function RoleDialog({ jobId, member, onClose }: Props & { onClose: () => void }) {
  const text = useText();
  const change = useChangeAnnotator(jobId);
  const [role, setRole] = useState(member.role);
  return (
    <FormDialog
      title={text("members.modify", { name: member.name || member.email || "" })}
      submit={text("action.ok")}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ id: member.id, role }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}

function RemovalDialog({ jobId, member, onClose }: Props & { onClose: () => void }) {
  const text = useText();
  const touched = useQuery(annotatorRemovalQuery(jobId, member.id));
  const removal = useRemoveAnnotator(jobId);
  return (
    <ConfirmDialog
      title={text("members.delete", { name: member.name || member.email || "" })}
      action={text("action.delete")}
      about={touched.data ? text("annotators.removalAbout", { members: touched.data.members }) : null}
      busy={removal.isPending}
      error={touched.error ?? removal.error}
      onConfirm={() => removal.mutate(member.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
