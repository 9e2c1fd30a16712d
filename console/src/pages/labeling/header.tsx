import { Link } from "@tanstack/react-router";
import { BookOpen, CloudOff, Keyboard, LoaderCircle } from "lucide-react";
import type { Job } from "@/api/jobs";
import { PersonMenu } from "@/app/person-menu";
import { unsentImages } from "@/labeling/outbox";
import { useText } from "@/text/text";
import { Button, IconButton } from "@/ui/button";
import { Badge } from "@/ui/chip";
import { MiddleText } from "@/ui/middle-text";
import { useBenchState } from "./bench-context";
import { useDialogs } from "./dialogs";
import styles from "./header.module.css";
import { JobLinks } from "./job-links";
import { useKeymap } from "./keymap";

export function Header({ job }: { job: Job }) {
  const text = useText();
  const { open } = useDialogs();
  const keymap = useKeymap();
  return (
    <header className={styles.header}>
      <nav aria-label={text("labeling.place")} className={styles.place}>
        <Link to="/" className={styles.brand} aria-label={text("nav.labelData")}>
          <img src="/favicon.svg" alt="" width={20} height={20} />
        </Link>
        <Link to="/" className={styles.up}>
          {text("nav.labelData")}
        </Link>
        <span aria-hidden className={styles.step}>
          /
        </span>
        <h1 className={styles.title}>
          <MiddleText>{job.name}</MiddleText>
        </h1>
        {job.state === "active" ? null : <Badge tone="accent">{text(`jobs.state.${job.state}`)}</Badge>}
      </nav>
      <Saving />
      <div className={styles.links}>
        <Button look="quiet" icon={<BookOpen aria-hidden />} onClick={() => open({ kind: "description" })}>
          {text("labeling.description")}
        </Button>
        <JobLinks job={job} />
        <IconButton label={text("keys.title")} keys={keymap.help} onClick={() => open({ kind: "keys" })}>
          <Keyboard />
        </IconButton>
        <PersonMenu compact />
      </div>
    </header>
  );
}

/** Whether everything is saved: nothing that was not acknowledged looks as if it were. */
function Saving() {
  const text = useText();
  const outbox = useBenchState((state) => state.board.outbox);
  const connection = useBenchState((state) => state.connection);
  const stuck = useBenchState((state) => state.stuck);
  const images = unsentImages(outbox);
  const isOffline = connection === "offline" || (stuck && images > 0);
  return (
    <div role="status" className={styles.saving}>
      {connection === "ended" ? <Badge tone="danger">{text("labeling.ended")}</Badge> : null}
      {isOffline ? (
        <Badge tone="warn">
          <CloudOff aria-hidden size={13} />
          {text(images > 0 ? "labeling.offlineUnsent" : "labeling.offline", { images })}
        </Badge>
      ) : null}
      {!isOffline && images > 0 ? (
        <span className={styles.sending}>
          <LoaderCircle aria-hidden size={13} />
          {text("labeling.saving", { images })}
        </span>
      ) : null}
    </div>
  );
}
