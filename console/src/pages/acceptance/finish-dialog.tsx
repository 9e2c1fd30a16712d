/** Finishing: what the judgement of the sample means for everything that was labeled when it was drawn. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Acceptance, type AcceptanceOutcome, acceptancesKey, finishAcceptance, OUTCOMES } from "@/api/acceptances";
import { type AcceptanceResult, acceptanceIn } from "@/api/results";
import { WorkDialog } from "@/app/work-dialog";
import { useText } from "@/text/text";
import { Checkbox, Field, Select } from "@/ui/field";
import { Notice } from "@/ui/notice";

interface Props {
  jobId: string;
  acceptance: Acceptance;
  onClose: () => void;
}

export function FinishDialog({ jobId, acceptance, onClose }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<AcceptanceOutcome>("accept_rest");
  const [overwrite, setOverwrite] = useState(false);
  const [operation, setOperation] = useState<string | null>(null);
  const [result, setResult] = useState<AcceptanceResult | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const start = async () => {
    setBusy(true);
    setFault(null);
    try {
      setOperation((await finishAcceptance(jobId, acceptance.id, outcome, overwrite)).id);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };
  // Not before: the open acceptance, and this dialog with it, leaves the page when the list is read anew.
  const close = () => {
    if (operation) void queries.invalidateQueries({ queryKey: acceptancesKey(jobId) });
    onClose();
  };

  return (
    <WorkDialog
      title={text("acceptance.finish")}
      about={text("acceptance.finishAbout", { labeled: acceptance.counts.labeled })}
      start={text("acceptance.finish")}
      look={outcome.startsWith("reject") ? "danger" : "primary"}
      busy={busy}
      error={fault}
      operation={operation}
      onStart={() => void start()}
      onEnd={(ended) => setResult(acceptanceIn(ended))}
      onClose={close}
      outcome={result ? <Result result={result} /> : null}
    >
      <Field label={text("acceptance.outcome")} hint={text(`acceptance.outcome.${outcome}.about`)}>
        {(ids) => (
          <Select
            {...ids}
            value={outcome}
            onChange={setOutcome}
            options={OUTCOMES.map((each) => ({ value: each, label: text(`acceptance.outcome.${each}`) }))}
          />
        )}
      </Field>
      <Checkbox checked={overwrite} onChange={(event) => setOverwrite(event.target.checked)}>
        {text("acceptance.overwrite")}
      </Checkbox>
    </WorkDialog>
  );
}

function Result({ result }: { result: AcceptanceResult }) {
  const text = useText();
  const { accepted, rejected, conflicts } = result;
  return (
    <>
      <p>{text("acceptance.result", { accepted, rejected })}</p>
      {conflicts > 0 ? <Notice tone="warn">{text("acceptance.conflicts", { conflicts })}</Notice> : null}
    </>
  );
}
