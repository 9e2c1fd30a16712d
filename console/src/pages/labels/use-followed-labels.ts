/** Follows a job while its labels are managed: what others do is seen within a second, and what one does oneself here can be
 * undone on the labeling page. */
import { useQueryClient } from "@tanstack/react-query";
import { type LabelView, labelsKey } from "@/api/labels";
import { useMe } from "@/app/session";
import { useFollowedJob } from "@/app/use-followed-job";
import { rememberElsewhere } from "@/pages/labeling/workbench/past-storage";

const GATHERED_MS = 400;
/** A large set takes a while to be read. */
const MANY = 1_000;
const GATHERED_OF_MANY_MS = 5_000;

export function useFollowedLabels(jobId: string): void {
  const me = useMe();
  const queries = useQueryClient();
  const key = labelsKey(jobId);
  useFollowedJob(jobId, [key], {
    delay: () => ((queries.getQueryData<LabelView[]>(key)?.length ?? 0) > MANY ? GATHERED_OF_MANY_MS : GATHERED_MS),
    onEntries: (entries) => rememberElsewhere(me.id, jobId, entries),
  });
}
