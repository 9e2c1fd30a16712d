/** How the team shares the job, at a glance; whoever manages it can change that, and the owner can give it away. */
import { KeyRound, Settings2 } from "lucide-react";
import { useState } from "react";
import type { Job } from "@/api/jobs";
import { mayManage } from "@/app/job-rights";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import styles from "./annotators.module.css";
import { OwnerDialog } from "./owner-dialog";
import { TeamSettingsDialog } from "./team-settings-dialog";

export function SettingsLine({ job }: { job: Job }) {
  const text = useText();
  const [open, setOpen] = useState<"settings" | "owner" | null>(null);
  const { team } = job;
  const mayGiveAway = job.role === "owner" || job.role === "admin";
  return (
    <section className={styles.settings} aria-label={text("team.settings")}>
      {team ? (
        <dl>
          <div>
            <dt>{text("team.assignment")}</dt>
            <dd>{text(`team.assignment.${team.assignment}`)}</dd>
          </div>
          <div>
            <dt>{text("team.overlap")}</dt>
            <dd>{text("team.overlap.people", { people: team.overlap })}</dd>
          </div>
          <div>
            <dt>{text("review.title")}</dt>
            <dd>{text(`team.review.${team.review}`)}</dd>
          </div>
          <div>
            <dt>{text("team.newLabels")}</dt>
            <dd>{text(team.labels_may_be_created ? "team.newLabels.yes" : "team.newLabels.no")}</dd>
          </div>
        </dl>
      ) : (
        <p className={styles.hint}>{text("team.none")}</p>
      )}
      <span className={styles.buttons}>
        {mayManage(job) ? (
          <Button icon={<Settings2 aria-hidden />} onClick={() => setOpen("settings")}>
            {text("team.settings")}
          </Button>
        ) : null}
        {mayGiveAway ? (
          <Button icon={<KeyRound aria-hidden />} onClick={() => setOpen("owner")}>
            {text("owner.change")}
          </Button>
        ) : null}
      </span>
      {open === "settings" ? <TeamSettingsDialog job={job} onClose={() => setOpen(null)} /> : null}
      {open === "owner" ? <OwnerDialog job={job} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}
