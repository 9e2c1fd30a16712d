/** Where files and folders are dropped, or chosen. */
import { Upload } from "lucide-react";
import { useState } from "react";
import { useText } from "@/text/text";
import { classes } from "@/ui/classes";
import styles from "./data.module.css";
import { type Chosen, droppedFiles, pickedFiles } from "./picking";

interface Props {
  count: number;
  onChosen: (chosen: Chosen) => void;
}

export function DropZone({ count, onChosen }: Props) {
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
          void droppedFiles(event.dataTransfer).then(onChosen);
        }}
      >
        <Upload aria-hidden />
        <span>{count > 0 ? text("data.chosen", { count }) : text("data.drop")}</span>
        <small>{text("data.addAbout")}</small>
        <input
          type="file"
          multiple
          className="visually-hidden"
          onChange={(event) => onChosen(pickedFiles(event.target.files))}
        />
      </label>
      <label className={styles.folder}>
        {text("data.chooseFolder")}
        <input
          type="file"
          className="visually-hidden"
          {...{ webkitdirectory: "" }}
          onChange={(event) => onChosen(pickedFiles(event.target.files))}
        />
      </label>
    </div>
  );
}
