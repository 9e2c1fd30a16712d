/** Changing how a team shares a job; what nobody has begun is dealt out anew. */
import { useState } from "react";
import { type Job, type TeamSettings, useChangeJob } from "@/api/jobs";
import { FormDialog } from "@/app/form-dialog";
import { TeamSettingsFields, USUAL } from "@/pages/members/team-settings";
import { useText } from "@/text/text";

export function TeamSettingsDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const change = useChangeJob(job.id);
  const [settings, setSettings] = useState<TeamSettings>(settingsOf(job));
  return (
    <FormDialog
      title={text("team.settings")}
      about={text("team.settingsAbout")}
      size="medium"
      submit={text("action.save")}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ team: settings }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TeamSettingsFields settings={settings} onChange={setSettings} error={change.error} />
    </FormDialog>
  );
}

function settingsOf({ team }: Job): TeamSettings {
  if (team === null) return USUAL;
  const { assignment, overlap, review, labels_may_be_created } = team;
  return { assignment, overlap, review, labels_may_be_created };
}
