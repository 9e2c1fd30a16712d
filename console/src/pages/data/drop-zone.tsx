/** Where files and folders are dropped, or chosen. */
import { Upload } from "lucide-react";
import { useState } from "react";
import type { Picked } from "@/api/uploads";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import styles from "./data.module.css";
import { droppedFiles, pickedFiles } from "./picking";

interface Props {
  files: readonly Picked[];
  onFiles: (files: readonly Picked[]) => void;
}

export function DropZone({ files, onFiles }: Props) {
  const text = useText();
  const [over, setOver] = useState(false);
  return (
    <div className={styles.picking}>
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
          void droppedFiles(event.dataTransfer).then(onFiles);
        }}
      >
        <Upload aria-hidden />
        <span>{files.length > 0 ? text("data.chosen", { count: files.length }) : text("data.drop")}</span>
        <small>{text("data.addAbout")}</small>
        <input
          type="file"
          multiple
          className="visually-hidden"
          onChange={(event) => onFiles(pickedFiles(event.target.files))}
        />
      </label>
      <label className={styles.folder}>
        {text("data.chooseFolder")}
        <input
          type="file"
          className="visually-hidden"
          {...{ webkitdirectory: "" }}
          onChange={(event) => onFiles(pickedFiles(event.target.files))}
        />
      </label>
    </div>
  );
}
