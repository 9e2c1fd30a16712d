import { useState } from "react";
import { FormDialog } from "@/app/form-dialog";
import { useText } from "@/text/text";
import { Field, TextArea } from "@/ui/field";

const LONGEST = 1024;

interface Props {
  images: number;
  onReject: (reason: string) => void;
  onClose: () => void;
}

/** What is wrong with the images that are rejected. */
export function ReasonDialog({ images, onReject, onClose }: Props) {
  const text = useText();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={text("review.rejectTitle", { images })}
      submit={text("review.reject")}
      look="danger"
      busy={false}
      error={null}
      onSubmit={() => onReject(reason.trim())}
      onClose={onClose}
    >
      <Field label={text("review.reason")}>
        {(ids) => (
          <TextArea
            {...ids}
            autoFocus
            dir="auto"
            maxLength={LONGEST}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
