/** Another owner: somebody who takes part in the job; administrators choose among all who may create jobs. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { jobCreatorsQuery } from "@/api/accounts";
import { type Job, useChangeJob } from "@/api/jobs";
import { peopleQuery } from "@/api/people";
import { faultAt } from "@/api/problems";
import { FormDialog } from "@/app/form-dialog";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { Field, Select } from "@/ui/field";

const NOBODY = "";

export function OwnerDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const me = useMe();
  const isAdmin = me.role === "admin";
  const people = useQuery({ ...peopleQuery(job.id), enabled: !isAdmin });
  const creators = useQuery({ ...jobCreatorsQuery, enabled: isAdmin });
  const change = useChangeJob(job.id);
  const [owner, setOwner] = useState(NOBODY);
  const candidates = ((isAdmin ? creators.data : people.data) ?? []).filter((each) => each.id !== job.owner_id);
  return (
    <FormDialog
      title={text("owner.change")}
      about={text("owner.about")}
      submit={text("owner.change")}
      ready={owner !== NOBODY}
      busy={change.isPending}
      error={change.error ?? people.error ?? creators.error}
      onSubmit={() => change.mutate({ owner_id: owner }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Field label={text("owner.new")} hint={text("owner.hint")} error={faultAt(change.error, "/owner_id")}>
        {(ids) => (
          <Select
            {...ids}
            value={owner}
            onChange={setOwner}
            options={[
              { value: NOBODY, label: text("owner.choose") },
              ...candidates.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
    </FormDialog>
  );
}
