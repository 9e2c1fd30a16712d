/** Merging labels: the one that stays takes the images of the others. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import { type LabelView, mergeQuery, useMergeLabels } from "@/api/labels";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { Dialog } from "@/ui/dialog";
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
    <Dialog
      title={text("labelSet.mergeTitle", { count: labels.length })}
      size="medium"
      onClose={onClose}
      onSubmit={() => merging.mutate(merge, { onSuccess: onMerged })}
      footer={
        <>
          <Button onClick={onClose}>{text(operation ? "action.close" : "action.cancel")}</Button>
          {operation ? null : (
            <Button
              type="submit"
              look="primary"
              disabled={!touched.data || touched.isPlaceholderData}
              busy={merging.isPending}
            >
              {text("labelSet.mergeNow")}
            </Button>
          )}
        </>
      }
    >
      {operation ? (
        <OperationProgress id={operation.id} onEnd={refresh} />
      ) : (
        <>
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
        </>
      )}
      <Fault error={merging.error ?? touched.error} />
    </Dialog>
  );
}
