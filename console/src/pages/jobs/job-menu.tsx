import { useNavigate } from "@tanstack/react-router";
import { ChartNoAxesColumn, CheckCheck, Ellipsis, RotateCcw, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { type Job, useCompleteJob, useReopenJob } from "@/api/jobs";
import { toastFault } from "@/app/fault";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { IconButton } from "@/ui/button";
import { Menu, MenuItem } from "@/ui/menu";
import { DeleteJobDialog } from "./delete-job-dialog";

/** *More*: what can be done with a job. Only what the person may do is shown. */
export function JobMenu({ job }: { job: Job }) {
  const text = useText();
  const me = useMe();
  const navigate = useNavigate();
  const complete = useCompleteJob();
  const reopen = useReopenJob();
  const [deleting, setDeleting] = useState(false);
  const mayDelete = me.role === "admin" || job.role === "owner";
  const mayManage = mayDelete || job.role === "manager";
  const onError = (error: unknown) => toastFault(error, text);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={text("action.moreFor", { name: job.name })}>
            <Ellipsis />
          </IconButton>
        }
      >
        <MenuItem
          icon={<ChartNoAxesColumn aria-hidden />}
          onSelect={() => void navigate({ to: "/jobs/$jobId/overview", params: { jobId: job.id } })}
        >
          {text("job.overview")}
        </MenuItem>
        {mayManage ? (
          <MenuItem
            icon={<Users aria-hidden />}
            onSelect={() => void navigate({ to: "/jobs/$jobId/annotators", params: { jobId: job.id } })}
          >
            {text("annotators.title")}
          </MenuItem>
        ) : null}
        {mayManage && job.state === "completed" ? (
          <MenuItem icon={<RotateCcw aria-hidden />} onSelect={() => reopen.mutate(job.id, { onError })}>
            {text("jobs.reopen")}
          </MenuItem>
        ) : null}
        {mayManage && job.state !== "completed" ? (
          <MenuItem icon={<CheckCheck aria-hidden />} onSelect={() => complete.mutate(job.id, { onError })}>
            {text("jobs.complete")}
          </MenuItem>
        ) : null}
        {mayDelete ? (
          <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDeleting(true)}>
            {text("action.delete")}
          </MenuItem>
        ) : null}
      </Menu>
      {deleting ? <DeleteJobDialog job={job} onClose={() => setDeleting(false)} /> : null}
    </>
  );
}
