/** Acceptance: the owner looks at a random sample, and decides for all of it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BadgeCheck, Dices } from "lucide-react";
import { useState } from "react";
import { acceptancesQuery } from "@/api/acceptances";
import { jobQuery } from "@/api/jobs";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import { mayManage } from "@/app/job-rights";
import { More } from "@/app/more";
import pageStyles from "@/app/page.module.css";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { AcceptanceTable } from "./acceptance-table";
import { Judging } from "./judging";
import { OpenDialog } from "./open-dialog";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/acceptance");

export function AcceptancePage() {
  const text = useText();
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  const acceptances = useInfiniteQuery(acceptancesQuery(jobId));
  const [opening, setOpening] = useState(false);
  const all = acceptances.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = acceptances.isSuccess && all.length === 0;
  const open = all.find((each) => each.state === "open");
  const ended = all.filter((each) => each.state !== "open");
  const start =
    job.data && mayManage(job.data) && acceptances.isSuccess && !open ? (
      <Button look="primary" icon={<Dices aria-hidden />} onClick={() => setOpening(true)}>
        {text("acceptance.open")}
      </Button>
    ) : null;
  return (
    <>
      {job.data ? <JobHeader job={job.data} actions={isEmpty ? null : start} /> : null}
      <div className={pageStyles.page}>
        <Fault error={job.error ?? acceptances.error} retry={() => void acceptances.refetch()} />
        {open ? <Judging key={open.id} jobId={jobId} acceptance={open} /> : null}
        {isEmpty ? (
          <Empty icon={<BadgeCheck aria-hidden />} title={text("acceptance.none")} actions={start}>
            {text("acceptance.noneAbout")}
          </Empty>
        ) : null}
        {ended.length > 0 ? (
          <>
            <h2>{text("acceptance.ended")}</h2>
            <AcceptanceTable acceptances={ended} />
          </>
        ) : null}
        <More query={acceptances} />
      </div>
      {opening ? <OpenDialog jobId={jobId} onClose={() => setOpening(false)} /> : null}
    </>
  );
}
