/** How a team shares a job: who gets which image, how many people look at it, whether it is reviewed. */
import type { TeamSettings } from "@/api/jobs";
import { faultAt } from "@/api/problems";
import { useText } from "@/text/text";
import { Checkbox, Field, Select } from "@/ui/field";

export const USUAL: TeamSettings = { assignment: "even", overlap: 1, review: "none", labels_may_be_created: true };

export const ASSIGNMENTS = ["none", "even", "queue"] as const;
const OVERLAPS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

interface Props {
  settings: TeamSettings;
  onChange: (settings: TeamSettings) => void;
  error: unknown;
}

export function TeamSettingsFields({ settings, onChange, error }: Props) {
  const text = useText();
  const { assignment, overlap, review } = settings;
  const change = (changes: Partial<TeamSettings>) => onChange({ ...settings, ...changes });
  return (
    <>
      <Field
        label={text("team.assignment")}
        hint={text(`team.assignment.${assignment}.about`)}
        error={faultAt(error, "/team/assignment")}
      >
        {(ids) => (
          <Select
            {...ids}
            value={assignment}
            onChange={(chosen) => change({ assignment: chosen, ...(chosen === "none" && { overlap: 1 }) })}
            options={ASSIGNMENTS.map((each) => ({ value: each, label: text(`team.assignment.${each}`) }))}
          />
        )}
      </Field>
      <Field
        label={text("team.overlap")}
        hint={text(overlap > 1 ? "team.overlap.several" : "team.overlap.one")}
        error={faultAt(error, "/team/overlap")}
      >
        {(ids) => (
          <Select
            {...ids}
            disabled={assignment === "none"}
            value={String(overlap)}
            onChange={(chosen) => change({ overlap: Number(chosen) })}
            options={OVERLAPS.map((each) => ({
              value: each,
              label: text("team.overlap.people", { people: Number(each) }),
            }))}
          />
        )}
      </Field>
      <Checkbox
        checked={review === "required"}
        onChange={(event) => change({ review: event.target.checked ? "required" : "none" })}
      >
        {text("team.review")}
      </Checkbox>
      <Checkbox
        checked={settings.labels_may_be_created}
        onChange={(event) => change({ labels_may_be_created: event.target.checked })}
      >
        {text("team.labelsMayBeCreated")}
      </Checkbox>
    </>
  );
}
