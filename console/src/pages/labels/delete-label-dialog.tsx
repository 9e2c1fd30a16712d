/** Deleting a label: what it takes off, and whether images that carry nothing else go with it. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ImagesOfLabel, type LabelView, labelDeletionQuery, useDeleteLabel } from "@/api/labels";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Notice } from "@/ui/notice";
import styles from "./labels.module.css";
import { useRefreshedLabels } from "./refreshed";

interface Props {
  jobId: string;
  label: LabelView;
  onClose: () => void;
}

export function DeleteLabelDialog({ jobId, label, onClose }: Props) {
  const text = useText();
  const [images, setImages] = useState<ImagesOfLabel>("keep");
  const deletion = useDeleteLabel(jobId);
  const refresh = useRefreshedLabels(jobId);
  const operation = deletion.data ?? null;
  const touched = useQuery({
    ...labelDeletionQuery(jobId, label.id, images),
    enabled: operation === null,
    placeholderData: keepPreviousData,
  });
  const going = touched.data?.images ?? 0;

  return (
    <WorkDialog
      title={text("labelSet.deleteTitle", { label: label.name })}
      size="medium"
      start={text("action.delete")}
      look="danger"
      ready={touched.data !== undefined && !touched.isPlaceholderData}
      busy={deletion.isPending}
      error={deletion.error ?? touched.error}
      operation={operation?.id ?? null}
      onStart={() => deletion.mutate({ labelId: label.id, images })}
      onEnd={refresh}
      onClose={onClose}
    >
      {touched.data ? <p>{text("labelSet.deleteTouches", { items: touched.data.items })}</p> : null}
      <fieldset className={styles.choices}>
        <legend>{text("labelSet.imagesOfLabel")}</legend>
        {(["keep", "delete"] as const).map((each) => (
          <label key={each} className={styles.choice}>
            <input type="radio" name="images" checked={images === each} onChange={() => setImages(each)} />
            <span>{text(`labelSet.imagesOfLabel.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      {images === "delete" && touched.data && !touched.isPlaceholderData ? (
        <Notice tone="warn">{text("labelSet.imagesGo", { images: going })}</Notice>
      ) : null}
    </WorkDialog>
  );
}
