/** Rejecting: what is wrong, so that whoever labeled it can put it right. */
import { useState } from "react";
import { FormDialog } from "@/app/form-dialog";
import { forward } from "@/labeling/focus";
import { useText } from "@/text/text";
import { Chip } from "@/ui/chip";
import { Field, TextArea } from "@/ui/field";
import { targetsOf, useBench } from "./bench-context";
import { useDialogs } from "./dialogs";
import styles from "./review.module.css";

const KEPT = 5;
const LONGEST = 1024;

/** What was said before is often said again. */
let earlier: readonly string[] = [];

export function RejectDialog() {
  const text = useText();
  const bench = useBench();
  const { open, close } = useDialogs();
  const [reason, setReason] = useState("");
  // What is selected now, whatever the feed tells meanwhile.
  const [{ ids, matching }] = useState(() => {
    const state = bench.place.get();
    return { ids: targetsOf(state), matching: state.matching };
  });

  const reject = () => {
    const said = reason.trim();
    if (said) earlier = [said, ...earlier.filter((one) => one !== said)].slice(0, KEPT);
    const edit = { verdict: { decision: "reject" as const, ...(said && { reason: said }) } };
    if (matching) return open({ kind: "bulk", work: edit });
    bench.edit(ids, edit);
    bench.place.update((state) => (state.focus ? { ...state, focus: forward(state.focus) } : state));
    close();
  };

  return (
    <FormDialog
      title={matching ? text("review.rejectMatching") : text("review.rejectTitle", { images: ids.length })}
      about={text("review.rejectAbout")}
      submit={text("review.reject")}
      look="danger"
      busy={false}
      error={null}
      onSubmit={reject}
      onClose={close}
    >
      <Field label={text("review.reason")}>
        {(field) => (
          <TextArea
            {...field}
            autoFocus
            dir="auto"
            maxLength={LONGEST}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey) return;
              event.preventDefault();
              reject();
            }}
          />
        )}
      </Field>
      {earlier.length > 0 ? (
        <div className={styles.earlier}>
          {earlier.map((each) => (
            <Chip key={each} onClick={() => setReason(each)}>
              {each}
            </Chip>
          ))}
        </div>
      ) : null}
    </FormDialog>
  );
}
