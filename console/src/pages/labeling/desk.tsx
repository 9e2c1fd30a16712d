/** The parts of the labeling page, and the keys that work wherever the focus is. */
import type { Job } from "@/api/jobs";
import { useText } from "@/text/text";
import { useBenchState } from "./bench-context";
import { DialogsProvider, OpenDialog } from "./dialogs";
import { FilterBar } from "./filter-bar";
import { Grid } from "./grid";
import { Header } from "./header";
import styles from "./labeling.module.css";
import { Later, LaterOfJob } from "./later";
import { PageBar } from "./page-bar";
import { usePeople } from "./people";
import { SidePanel } from "./side-panel";
import { StatusBar } from "./status-bar";
import { useKeyboard } from "./use-keyboard";

export function Desk({ job }: { job: Job }) {
  return (
    <DialogsProvider job={job}>
      <Keyboard />
      <Layout job={job} />
      <OpenDialog />
    </DialogsProvider>
  );
}

function Layout({ job }: { job: Job }) {
  const text = useText();
  const mode = useBenchState((state) => state.mode);
  const areConflicts = useBenchState((state) => state.conflicts.length > 0);
  return (
    <div className={styles.page}>
      <Header job={job} />
      <StatusBar job={job} />
      {mode === "focus" ? null : <FilterBar />}
      <main className={styles.main} aria-label={text("labeling.images")}>
        {areConflicts ? <Later part="conflicts" /> : null}
        {job.is_team ? <LaterOfJob part="queue" job={job} /> : null}
        {mode === "focus" ? <Later part="focus" /> : <Grid />}
        {mode === "focus" ? null : <PageBar />}
      </main>
      <SidePanel job={job} />
    </div>
  );
}

function Keyboard() {
  useKeyboard();
  // Names are there before somebody's change must be told, even without a network.
  usePeople();
  return null;
}
