/** Follows a job while its labels are managed: what others do to them is seen at once, and what one does oneself here can be
 * undone on the labeling page. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followJob } from "@/api/feed";
import { labelsKey } from "@/api/labels";
import { useMe } from "@/app/session";
import { rememberElsewhere } from "@/pages/labeling/workbench/past-storage";

export function useFollowedLabels(jobId: string): void {
  const me = useMe();
  const queries = useQueryClient();
  useEffect(() => {
    const refresh = () => void queries.invalidateQueries({ queryKey: labelsKey(jobId), exact: true });
    return followJob(jobId, {
      onEntries: (entries) => {
        rememberElsewhere(me.id, jobId, entries);
        if (entries.some((entry) => entry.kind === "label")) refresh();
      },
      onConnection: () => undefined,
      onGap: refresh,
    });
  }, [jobId, me.id, queries]);
}
