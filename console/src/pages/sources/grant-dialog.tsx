/** Who may make datasets on a source: administrators alone, every member, or some accounts and teams. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountsQuery } from "@/api/accounts";
import { type GrantedTo, type Source, useChangeSource } from "@/api/sources";
import { allTeamsQuery } from "@/api/teams";
import { Fault } from "@/app/fault";
import { FormDialog } from "@/app/form-dialog";
import { More } from "@/app/more";
import { useText } from "@/text/text";
import { Checkbox, Field, Select } from "@/ui/field";
import { Notice } from "@/ui/notice";
import styles from "./sources.module.css";

type Kind = "nobody" | "members" | "some";

interface Props {
  source: Source;
  onClose: () => void;
}

export function GrantDialog({ source, onClose }: Props) {
  const text = useText();
  const change = useChangeSource(source);
  const before = source.granted_to === "members" ? [] : source.granted_to;
  const [kind, setKind] = useState<Kind>(kindOf(source.granted_to));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(before));
  const granted: GrantedTo = kind === "members" ? "members" : kind === "nobody" ? [] : [...chosen];
  return (
    <FormDialog
      title={text("sources.grant", { name: source.name })}
      submit={text("action.save")}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ granted_to: granted }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Field label={text("sources.grantedTo")}>
        {(ids) => (
          <Select
            {...ids}
            autoFocus
            value={kind}
            onChange={setKind}
            options={[
              { value: "nobody", label: text("sources.nobody") },
              { value: "members", label: text("sources.members") },
              { value: "some", label: text("sources.chosen") },
            ]}
          />
        )}
      </Field>
      {kind === "some" ? <Choice chosen={chosen} onChange={setChosen} /> : null}
      <Notice>{text("sources.grantAbout")}</Notice>
    </FormDialog>
  );
}

function kindOf(granted: GrantedTo): Kind {
  if (granted === "members") return "members";
  return granted.length === 0 ? "nobody" : "some";
}

interface ChoiceProps {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** Only members make datasets, so only they are offered; administrators may use everything. */
function Choice({ chosen, onChange }: ChoiceProps) {
  const text = useText();
  const teams = useQuery(allTeamsQuery);
  const accounts = useInfiniteQuery(accountsQuery({ role: "member" }));
  const people = accounts.data?.pages.flatMap((page) => page.items) ?? [];
  const box = (id: string, name: string, hint: string) => (
    <Checkbox
      key={id}
      checked={chosen.has(id)}
      onChange={(event) => {
        const next = new Set(chosen);
        if (event.target.checked) next.add(id);
        else next.delete(id);
        onChange(next);
      }}
    >
      <bdi>{name}</bdi> <span className={styles.hint}>{hint}</span>
    </Checkbox>
  );
  const nobody = teams.isSuccess && accounts.isSuccess && teams.data.length + people.length === 0;
  return (
    <fieldset className={styles.choice}>
      <legend>{text("sources.choose")}</legend>
      {teams.data?.map((team) => box(team.id, team.name, text("sources.team")))}
      {people.map((account) => box(account.id, account.name || account.email, account.name ? account.email : ""))}
      {nobody ? <p className={styles.hint}>{text("sources.nobodyToChoose")}</p> : null}
      <More query={accounts} />
      <Fault error={teams.error ?? accounts.error} />
    </fieldset>
  );
}
