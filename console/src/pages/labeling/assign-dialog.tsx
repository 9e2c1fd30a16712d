/** Giving what is selected, or all that match, to one of those who work in the job. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { outcomeOf } from "@/api/items";
import { peopleQuery } from "@/api/people";
import { assign } from "@/api/queue";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Field, Select } from "@/ui/field";
import { toast } from "@/ui/toast";
import { targetsOf, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";

const NOBODY = "";

export function AssignDialog() {
  const text = useText();
  const bench = useBench();
  const { close } = useDialogs();
  const { data: people = [] } = useQuery(peopleQuery(bench.jobId));
  const [to, setTo] = useState(NOBODY);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  // What is selected now, whatever the feed tells meanwhile.
  const [images] = useState(() => {
    const state = bench.place.get();
    return state.matching ? state.view.filter : targetsOf(state);
  });

  const submit = async () => {
    setBusy(true);
    setFault(null);
    try {
      const outcome = await outcomeOf(await assign(bench.jobId, images, to || null));
      toast(text("assign.done", { images: outcome.changed }));
      void bench.loader.reload();
      close();
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  return (
    <FormDialog
      title={text("assign.title")}
      about={text("assign.about")}
      submit={text("assign.do")}
      busy={busy}
      error={fault}
      onSubmit={() => void submit()}
      onClose={close}
    >
      <Field label={text("assign.to")}>
        {(ids) => (
          <Select
            {...ids}
            value={to}
            onChange={setTo}
            options={[
              { value: NOBODY, label: text("assign.nobody") },
              ...people.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
    </FormDialog>
  );
}
