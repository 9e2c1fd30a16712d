/** Images that are there more than once, as groups: one is kept, the others can go. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { type DuplicateKind, type Duplicates, duplicatesQuery, thumbnailOf } from "@/api/inspection";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Image } from "@/ui/image";
import { MiddleText } from "@/ui/middle-text";
import styles from "./inspection.module.css";
import type { Merging } from "./merge-dialog";

const SHOWN_OF_A_GROUP = 24;

interface Props {
  datasetId: string;
  kind: DuplicateKind;
  onMerge: (merging: Merging) => void;
}

export function Groups({ datasetId, kind, onMerge }: Props) {
  const text = useText();
  const pages = useInfiniteQuery(duplicatesQuery(datasetId, kind));
  const groups = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Fault error={pages.error} retry={() => void pages.refetch()} />
      {groups.map((group) => (
        <Group key={group.samples[0]?.id ?? ""} datasetId={datasetId} group={group} onMerge={onMerge} />
      ))}
      <More query={pages} />
      {pages.isSuccess && groups.length === 0 && !pages.hasNextPage ? (
        <Empty icon={<CircleCheck aria-hidden />} title={text("inspection.noDuplicates")} />
      ) : null}
    </>
  );
}

interface GroupProps {
  datasetId: string;
  group: Duplicates;
  onMerge: (merging: Merging) => void;
}

function Group({ datasetId, group, onMerge }: GroupProps) {
  const text = useText();
  const [kept, setKept] = useState(group.samples[0]?.id ?? "");
  const others = group.samples.filter((sample) => sample.id !== kept).map((sample) => sample.id);
  return (
    <section className={styles.group} aria-label={group.samples[0]?.path}>
      <header className={styles.head}>
        <span>{text(group.more ? "inspection.largeGroup" : "inspection.group", { count: group.samples.length })}</span>
        <Button onClick={() => onMerge({ keep: kept, remove: others })}>
          {text("inspection.deleteOthers", { count: others.length })}
        </Button>
      </header>
      <div className={styles.images}>
        {group.samples.slice(0, SHOWN_OF_A_GROUP).map((sample) => (
          <label key={sample.id} className={styles.image}>
            <Image src={thumbnailOf(datasetId, sample.id)} alt="" className={styles.thumbnail} loading="lazy" />
            <span className={styles.choice}>
              <input
                type="radio"
                name={`kept-${group.samples[0]?.id}`}
                checked={sample.id === kept}
                onChange={() => setKept(sample.id)}
              />
              <MiddleText>{sample.path}</MiddleText>
            </span>
          </label>
        ))}
      </div>
    </section>
  );
}
