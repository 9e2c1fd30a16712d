import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { jobQuery } from "@/api/jobs";

const route = getRouteApi("/signed-in/jobs/$jobId");

export function LabelingPage() {
  const { jobId } = route.useParams();
  const job = useQuery(jobQuery(jobId));
  return <main>{job.data?.name}</main>;
}
