/** What *＋ Filter criteria* opens: each criterion with its own choice. */
import { useQuery } from "@tanstack/react-query";
import { peopleQuery } from "@/api/people";
import { type Filter, REVIEWS, SOURCES, STATES } from "@/labeling/filters";
import { useText } from "@/text/text";
import { Checkbox, Field, Select, TextInput } from "@/ui/field";
import { MomentField } from "@/ui/moment-field";
import { useBench, useBenchState } from "./bench-context";
import styles from "./criteria.module.css";
import { useChangeFilter } from "./filter-bar";
import { LabelChoice } from "./label-choice";

export function Criteria() {
  const text = useText();
  const change = useChangeFilter();
  const { jobId } = useBench();
  const filter = useBenchState((state) => state.view.filter);
  const { data: people = [] } = useQuery(peopleQuery(jobId));
  const set = (changes: Partial<Filter>) => change({ ...filter, ...changes });
  const any = { value: "" as const, label: text("criterion.any") };
  return (
    <div className={styles.criteria}>
      <Field label={text("criterion.hard")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.hard === undefined ? "" : String(filter.hard)}
            onChange={(value) => set({ hard: value === "" ? undefined : value === "true" })}
            options={[
              any,
              { value: "true", label: text("criterion.hard.true") },
              { value: "false", label: text("criterion.hard.false") },
            ]}
          />
        )}
      </Field>
      <LabelCriterion filter={filter} set={set} />
      <Field label={text("criterion.content_changed")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.content_changed === undefined ? "" : String(filter.content_changed)}
            onChange={(value) => set({ content_changed: value === "" ? undefined : value === "true" })}
            options={[
              any,
              { value: "true", label: text("criterion.content_changed.true") },
              { value: "false", label: text("criterion.content_changed.false") },
            ]}
          />
        )}
      </Field>
      <Field label={text("criterion.state")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.state ?? ""}
            onChange={(value) => set({ state: value || undefined, ...(value === "unreadable" && { status: "all" }) })}
            options={[any, ...STATES.map((value) => ({ value, label: text(`criterion.state.${value}`) }))]}
          />
        )}
      </Field>
      <Field label={text("criterion.labeled_by")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.labeled_by ?? ""}
            onChange={(value) => set({ labeled_by: value || undefined })}
            options={[any, ...people.map((person) => ({ value: person.id, label: person.name }))]}
          />
        )}
      </Field>
      <div className={styles.pair}>
        {(["labeled_after", "labeled_before"] as const).map((name) => (
          <MomentField
            key={name}
            label={text(`criterion.${name}`)}
            value={filter[name]}
            onChange={(moment) => set({ [name]: moment })}
          />
        ))}
      </div>
      <Field label={text("criterion.source")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.source ?? ""}
            onChange={(value) => set({ source: value || undefined })}
            options={[any, ...SOURCES.map((value) => ({ value, label: text(`criterion.source.${value}`) }))]}
          />
        )}
      </Field>
      <ShareField name="confidence_above" filter={filter} set={set} />
      <ShareField name="agreement_below" filter={filter} set={set} />
      <Field label={text("criterion.review")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.review ?? ""}
            onChange={(value) => set({ review: value || undefined })}
            options={[any, ...REVIEWS.map((value) => ({ value, label: text(`criterion.review.${value}`) }))]}
          />
        )}
      </Field>
      <Field label={text("criterion.assignee")}>
        {(ids) => (
          <Select
            {...ids}
            value={filter.assignee ?? ""}
            onChange={(value) => set({ assignee: value || undefined })}
            options={[
              any,
              { value: "me", label: text("criterion.assignee.me") },
              { value: "none", label: text("criterion.assignee.none") },
              ...people.map((person) => ({ value: person.id, label: person.name })),
            ]}
          />
        )}
      </Field>
    </div>
  );
}

interface Props {
  filter: Filter;
  set: (changes: Partial<Filter>) => void;
}

function LabelCriterion({ filter, set }: Props) {
  const text = useText();
  const chosen = new Set(filter.label ?? []);
  const change = (next: ReadonlySet<string>) =>
    set({ label: next.size > 0 ? [...next] : undefined, label_match: next.size > 1 ? filter.label_match : undefined });
  return (
    <LabelChoice title={text("criterion.label")} chosen={chosen} onChange={change}>
      {chosen.size > 1 ? (
        <Checkbox
          checked={filter.label_match === "all"}
          onChange={(event) => set({ label_match: event.target.checked ? "all" : undefined })}
        >
          {text("criterion.label_match.all")}
        </Checkbox>
      ) : null}
    </LabelChoice>
  );
}

function ShareField({ name, filter, set }: Props & { name: "confidence_above" | "agreement_below" }) {
  const text = useText();
  return (
    <Field label={text(`criterion.${name}`)}>
      {(ids) => (
        <TextInput
          {...ids}
          type="number"
          min={0}
          max={1}
          step={0.05}
          placeholder={text("criterion.share")}
          value={filter[name] ?? ""}
          onChange={(event) => set({ [name]: event.target.value === "" ? undefined : Number(event.target.value) })}
        />
      )}
    </Field>
  );
}
