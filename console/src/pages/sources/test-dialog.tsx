/** Whether a source's buckets can be listed, said bucket by bucket. */
import { Check, X } from "lucide-react";
import { useEffect } from "react";
import { type Source, useTestSource } from "@/api/sources";
import { Fault } from "@/app/fault";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import styles from "./sources.module.css";

export function TestDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const text = useText();
  const { mutate, data, error, isPending } = useTestSource();
  useEffect(() => mutate(source.id), [mutate, source.id]);
  return (
    <Dialog
      title={text("sources.testOf", { name: source.name })}
      size="small"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => mutate(source.id)} busy={isPending}>
            {text("sources.testAgain")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {text("action.close")}
          </Button>
        </>
      }
    >
      <div role="status">
        {isPending ? <p>{text("sources.testing")}</p> : null}
        {data ? <p>{text(data.ok ? "sources.fine" : "sources.broken")}</p> : null}
        <ul className={styles.tried}>
          {data?.buckets.map((bucket) => (
            <li key={bucket.name}>
              {bucket.ok ? <Check aria-hidden /> : <X aria-hidden />}
              <span>
                {bucket.name ? <strong>{bucket.name}</strong> : null}{" "}
                {bucket.ok ? text("sources.bucketFine") : bucket.reason}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <Fault error={error} />
    </Dialog>
  );
}
