/** Merging labels: the one that stays takes the images of the others. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import { type LabelView, mergeQuery, useMergeLabels } from "@/api/labels";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Dot } from "@/ui/chip";
import { MiddleText } from "@/ui/middle-text";
import styles from "./labels.module.css";
import { useRefreshedLabels } from "./refreshed";
import { mostCarried } from "./shown";

interface Props {
  jobId: string;
  labels: readonly LabelView[];
  onMerged: () => void;
  onClose: () => void;
}

export function MergeDialog({ jobId, labels, onMerged, onClose }: Props) {
  const text = useText();
  const intl = useIntl();
  const [into, setInto] = useState(() => mostCarried(labels)?.id ?? "");
  const merge = { from: labels.map((label) => label.id).filter((id) => id !== into), into };
  const merging = useMergeLabels(jobId);
  const refresh = useRefreshedLabels(jobId);
  const operation = merging.data ?? null;
  const touched = useQuery({
    ...mergeQuery(jobId, merge),
    enabled: operation === null,
    placeholderData: keepPreviousData,
  });
  const stays = labels.find((label) => label.id === into)?.name ?? "";

  return (
    <WorkDialog
      title={text("labelSet.mergeTitle", { count: labels.length })}
      size="medium"
      start={text("labelSet.mergeNow")}
      ready={touched.data !== undefined && !touched.isPlaceholderData}
      busy={merging.isPending}
      error={merging.error ?? touched.error}
      operation={operation?.id ?? null}
      onStart={() => merging.mutate(merge, { onSuccess: onMerged })}
      onEnd={refresh}
      onClose={onClose}
    >
      <fieldset className={styles.choices}>
        <legend>{text("labelSet.whichStays")}</legend>
        <div className={styles.merged}>
          {labels.map((label) => (
            <label key={label.id} className={styles.choice}>
              <input type="radio" name="into" checked={label.id === into} onChange={() => setInto(label.id)} />
              <Dot color={label.color} />
              <MiddleText>{label.name}</MiddleText>
              <span className={styles.carried}>{intl.formatNumber(label.count)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {touched.data ? (
        <p role="status">
          {text("labelSet.mergeTouches", { items: touched.data.items, labels: merge.from.length, label: stays })}
        </p>
      ) : null}
    </WorkDialog>
  );
}
