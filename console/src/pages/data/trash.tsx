/** The trash: images that were deleted from the dataset, and restoring them. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useIntl } from "react-intl";
import { datasetsKey } from "@/api/datasets";
import { thumbnailOf } from "@/api/inspection";
import { restoreSamples, type Sample, trashQuery } from "@/api/samples";
import { Fault } from "@/app/fault";
import { More } from "@/app/more";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Checkbox } from "@/ui/field";
import { Image } from "@/ui/image";
import styles from "./data.module.css";

interface Props {
  datasetId: string;
  onClose: () => void;
  onChange: () => void;
}

export function Trash({ datasetId, onClose, onChange }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const pages = useInfiniteQuery(trashQuery(datasetId));
  const samples = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const restore = () => restoreSamples(datasetId, [...chosen]).then((begun) => setOperation(begun.id), setFault);
  const toggle = (id: string) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });

  return (
    <Dialog
      title={text("trash.title")}
      size="large"
      about={text("trash.about")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{text("action.close")}</Button>
          <Button
            look="primary"
            disabled={chosen.size === 0 || operation !== null}
            onClick={() => {
              setFault(null);
              void restore();
            }}
          >
            {text("trash.restore", { count: chosen.size })}
          </Button>
        </>
      }
    >
      <Fault error={fault ?? pages.error} />
      {operation ? (
        <OperationProgress
          id={operation}
          onEnd={() => {
            setOperation(null);
            setChosen(new Set());
            onChange();
            void queries.invalidateQueries({ queryKey: [...datasetsKey, datasetId] });
          }}
        />
      ) : null}
      {pages.isSuccess && samples.length === 0 ? <p>{text("trash.empty")}</p> : null}
      <ul className={styles.records}>
        {samples.map((sample) => (
          <li key={sample.id} className={styles.trashed}>
            <Image src={thumbnailOf(datasetId, sample.id)} alt="" className={styles.pictured} loading="lazy" />
            <Checkbox checked={chosen.has(sample.id)} disabled={isLate(sample)} onChange={() => toggle(sample.id)}>
              <span dir="auto">{sample.path}</span>
            </Checkbox>
            <Until sample={sample} />
          </li>
        ))}
      </ul>
      <More query={pages} />
    </Dialog>
  );
}

function Until({ sample }: { sample: Sample }) {
  const text = useText();
  const intl = useIntl();
  if (sample.restorable_until === null || isLate(sample))
    return <span className={styles.soft}>{text("trash.late")}</span>;
  return (
    <span className={styles.soft}>
      {text("trash.until", {
        day: intl.formatDate(sample.restorable_until, { dateStyle: "medium", timeStyle: "short" }),
      })}
    </span>
  );
}

function isLate(sample: Sample): boolean {
  return sample.restorable_until === null || Date.parse(sample.restorable_until) <= Date.now();
}
