/** How much of what is an annotator's is done. */
import { useQuery } from "@tanstack/react-query";
import { readStatistics } from "@/api/items";
import type { Member } from "@/api/members";
import { useText } from "@/text/text";
import { Progress } from "@/ui/progress";
import styles from "./annotators.module.css";

const COUNTED_MS = 5_000;

export function Share({ jobId, member }: { jobId: string; member: Member }) {
  const text = useText();
  const account = member.account_id;
  const { data } = useQuery({
    queryKey: ["jobs", jobId, "share", account],
    queryFn: () => readStatistics(jobId, { status: "all", ...(account && { assignee: account }) }),
    enabled: account !== null,
    refetchInterval: COUNTED_MS,
  });
  if (!data || data.total === 0) return <>–</>;
  return (
    <span className={styles.share}>
      <Progress
        done={data.labeled}
        total={data.total}
        label={text("jobs.progressOf", { name: member.name || member.email || "" })}
      />
      <span className={styles.hint}>{text("jobs.progressNumbers", { labeled: data.labeled, total: data.total })}</span>
    </span>
  );
}
