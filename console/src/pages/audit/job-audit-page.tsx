/** The audit of one job, for whoever manages it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { jobQuery } from "@/api/jobs";
import { annotatorsQuery, removedAnnotatorsQuery } from "@/api/members";
import { peopleQuery } from "@/api/people";
import { Fault } from "@/app/fault";
import { JobHeader } from "@/app/job-header";
import { JOB_ACTIONS } from "./action-names";
import { Audit } from "./audit";
import { validateAuditSearch } from "./search";

const route = getRouteApi("/signed-in/pages/jobs/$jobId/audit");

export function JobAuditPage() {
  const navigate = route.useNavigate();
  const { jobId } = route.useParams();
  const wanted = validateAuditSearch(route.useSearch());
  const job = useQuery(jobQuery(jobId));
  const { data: people = [] } = useQuery(peopleQuery(jobId));
  const annotators = useInfiniteQuery(annotatorsQuery(jobId));
  const { data: removed = [] } = useQuery(removedAnnotatorsQuery(jobId));
  return (
    <>
      {job.data ? <JobHeader job={job.data} /> : null}
      <Fault error={job.error} retry={() => void job.refetch()} />
      <Audit
        jobId={jobId}
        wanted={wanted}
        onWant={(search) => void navigate({ search, replace: true })}
        actions={JOB_ACTIONS}
        people={people}
        subjects={[...removed, ...(annotators.data?.pages.flatMap((page) => page.items) ?? [])]}
      />
    </>
  );
}
