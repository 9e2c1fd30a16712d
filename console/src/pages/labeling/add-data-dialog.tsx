/** *Add data*: files from this computer go to the dataset's bucket; the synchronization then brings them into the job. */
import { Upload } from "lucide-react";
import { useState } from "react";
import { synchronizeJob } from "@/api/jobs";
import { UploadFailed, upload } from "@/api/samples";
import { Fault } from "@/app/fault";
import { OperationProgress } from "@/app/operation-progress";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Progress } from "@/ui/progress";
import styles from "./add-data-dialog.module.css";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

const ACCEPTED = "image/jpeg,image/png,image/bmp,image/webp,image/gif,image/tiff";
const AT_ONCE = 1000;

export function AddDataDialog() {
  const text = useText();
  const bench = useBench();
  const { job, close } = useDialogs();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [done, setDone] = useState<number | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);

  const start = async () => {
    setFault(null);
    setDone(0);
    try {
      await upload(job.dataset_id, files, setDone);
      setOperation((await synchronizeJob(job.id)).id);
    } catch (error) {
      setFault(error);
      setDone(null);
    }
  };

  return (
    <Dialog
      title={text("data.add")}
      size="medium"
      about={text("data.addAbout")}
      onClose={close}
      onSubmit={() => void start()}
      footer={
        <>
          <Button onClick={close}>{text(operation ? "action.close" : "action.cancel")}</Button>
          {operation ? null : (
            <Button type="submit" look="primary" disabled={files.length === 0} busy={done !== null}>
              {text("action.ok")}
            </Button>
          )}
        </>
      }
    >
      {done === null && operation === null ? <DropZone files={files} onFiles={setFiles} /> : null}
      {done !== null ? <Progress done={done} total={files.length} label={text("data.sending")} /> : null}
      {done !== null ? <p>{text("data.sent", { done, total: files.length })}</p> : null}
      {operation ? (
        <OperationProgress
          id={operation}
          onEnd={() => {
            void bench.loader.reload();
            bench.counting.refresh();
          }}
        />
      ) : null}
      {fault instanceof UploadFailed ? (
        <Notice tone="danger">{text("data.refused", { file: fault.file })}</Notice>
      ) : (
        <Fault error={fault} />
      )}
    </Dialog>
  );
}

function DropZone({ files, onFiles }: { files: readonly File[]; onFiles: (files: readonly File[]) => void }) {
  const text = useText();
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => onFiles([...(list ?? [])].slice(0, AT_ONCE));
  return (
    <label
      className={classes(styles.zone, over && styles.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Upload aria-hidden />
      <span>{files.length > 0 ? text("data.chosen", { count: files.length }) : text("data.drop")}</span>
      <input
        type="file"
        multiple
        accept={ACCEPTED}
        className="visually-hidden"
        onChange={(event) => take(event.target.files)}
      />
    </label>
  );
}
