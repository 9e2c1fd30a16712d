/** Files that are not sent: how many, the first of them with their reasons, and all of them to be saved. */
import type { RefusedFile } from "@/api/uploads";
import { saved } from "@/app/saved";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import styles from "./data.module.css";

const SHOWN = 100;

export function NotSent({ files }: { files: readonly RefusedFile[] }) {
  const text = useText();
  if (files.length === 0) return null;
  const save = () => {
    const lines = files.map(({ path, reason }) => `${JSON.stringify({ path, reason })}\n`);
    saved(new Blob(lines, { type: "application/x-ndjson" }), "not-sent.ndjson");
  };
  return (
    <Notice tone="warn" title={text("data.notSent", { count: files.length })}>
      <ul className={styles.rejected}>
        {files.slice(0, SHOWN).map((each) => (
          <li key={each.path}>
            <span dir="auto">{each.path}</span>: {each.reason}
          </li>
        ))}
      </ul>
      <Button onClick={save}>{text("data.notSent.download")}</Button>
    </Notice>
  );
}
