import { useQuery } from "@tanstack/react-query";
import { type Job, jobDeletionQuery, useDeleteJob } from "@/api/jobs";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { useText } from "@/text/text";

export function DeleteJobDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const touched = useQuery(jobDeletionQuery(job.id));
  const deletion = useDeleteJob();
  return (
    <ConfirmDialog
      title={text("jobs.delete.title", { name: job.name })}
      action={text("action.delete")}
      about={touched.data ? text("jobs.delete.about", { ...touched.data }) : null}
      typed={job.name}
      busy={deletion.isPending}
      error={touched.error ?? deletion.error}
      onConfirm={() => deletion.mutate(job.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
