import { useQuery } from "@tanstack/react-query";
import { type Job, jobDeletionQuery, useDeleteJob } from "@/api/jobs";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

export function DeleteJobDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const touched = useQuery(jobDeletionQuery(job.id));
  const deletion = useDeleteJob();
  return (
    <Dialog
      title={text("jobs.delete.title", { name: job.name })}
      onClose={onClose}
      onSubmit={() => deletion.mutate(job.id, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>{text("action.cancel")}</Button>
          <Button type="submit" look="danger" disabled={!touched.data} busy={deletion.isPending}>
            {text("action.delete")}
          </Button>
        </>
      }
    >
      {touched.data ? <p>{text("jobs.delete.about", { ...touched.data })}</p> : null}
      <Fault error={touched.error ?? deletion.error} />
    </Dialog>
  );
}
