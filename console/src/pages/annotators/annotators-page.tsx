/** Annotator Management of a job: who labels it, in which role, and who has answered the invitation. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { useIntl } from "react-intl";
import { jobQuery } from "@/api/jobs";
import { type Annotator, annotatorsQuery, type Member } from "@/api/members";
import { progressQuery } from "@/api/progress";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import { mayManage } from "@/app/job-rights";
import { More } from "@/app/more";
import styles from "@/app/page.module.css";
import { MembersTable } from "@/pages/members/members-table";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { AddAnnotatorsDialog } from "./add-annotators-dialog";
import { AnnotatorActions } from "./annotator-actions";
import { labelsGiven } from "./labeled-by";
import { Letter } from "./letter";
import { SettingsLine } from "./settings-line";
import { Share } from "./share";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/annotators");

export function AnnotatorsPage() {
  const text = useText();
  const intl = useIntl();
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  const annotators = useInfiniteQuery(annotatorsQuery(jobId));
  const progress = useQuery(progressQuery(jobId));
  const [adding, setAdding] = useState(false);
  const rows = annotators.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = annotators.isSuccess && rows.length === 0;
  const given = labelsGiven(progress.data);
  const manages = job.data !== undefined && mayManage(job.data);
  const labeled = (member: Member) =>
    progress.data ? intl.formatNumber((member.account_id && given.get(member.account_id)) || 0) : "–";
  const isShared = manages && (job.data?.team?.assignment ?? "none") !== "none";
  const share = (member: Member) => <Share jobId={jobId} member={member} />;
  const letter = (member: Annotator) => <Letter letter={member.letter} />;
  const add = manages ? (
    <Button look="primary" icon={<Plus aria-hidden />} onClick={() => setAdding(true)}>
      {text("annotators.add")}
    </Button>
  ) : null;

  return (
    <>
      {job.data ? <JobHeader job={job.data} actions={isEmpty ? null : add} /> : null}
      <div className={styles.page}>
        <h2>{text("annotators.title")}</h2>
        <Fault error={job.error ?? annotators.error} retry={() => void annotators.refetch()} />
        {job.data ? <SettingsLine job={job.data} /> : null}
        {rows.length > 0 ? (
          <MembersTable
            label={text("annotators.title")}
            members={rows}
            extra={[
              { title: text("annotators.labeled"), of: labeled },
              ...(manages ? [{ title: text("annotators.letter"), of: letter }] : []),
              ...(isShared ? [{ title: text("annotators.share"), of: share }] : []),
            ]}
            actions={manages ? (member) => <AnnotatorActions jobId={jobId} member={member} /> : null}
          />
        ) : null}
        {isEmpty ? (
          <Empty icon={<Users aria-hidden />} title={text("annotators.none")} actions={add}>
            {text("annotators.noneAbout")}
          </Empty>
        ) : null}
        <More query={annotators} />
      </div>
      {adding ? (
        <AddAnnotatorsDialog
          jobId={jobId}
          teamId={job.data?.team?.team_id ?? null}
          annotators={rows}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}
