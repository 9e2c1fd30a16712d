/** *Synchronize New Data* of the job's dataset. */
import { useEffect, useState } from "react";
import { synchronizeJob } from "@/api/jobs";
import { Synchronization } from "@/pages/data/synchronization";
import { useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

export function SynchronizeDialog() {
  const bench = useBench();
  const { job, close } = useDialogs();
  const [operation, setOperation] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);

  useEffect(() => {
    let current = true;
    synchronizeJob(job.id).then(
      (begun) => current && setOperation(begun.id),
      (error: unknown) => current && setFault(error),
    );
    return () => {
      current = false;
    };
  }, [job.id]);

  const refresh = () => {
    void bench.loader.reload();
    bench.counting.refresh();
  };
  return <Synchronization operation={operation} fault={fault} onEnd={refresh} onClose={close} />;
}
