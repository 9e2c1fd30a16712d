/** A form in a dialog: fields, *Cancel*, and the button that sends them. */
import type { ReactNode } from "react";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Fault } from "./fault";

interface Props {
  title: string;
  about?: ReactNode;
  size?: "small" | "medium";
  submit: string;
  look?: "primary" | "danger";
  ready?: boolean;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  children?: ReactNode;
}

export function FormDialog(props: Props) {
  const text = useText();
  const {
    title,
    about,
    size,
    submit,
    look = "primary",
    ready = true,
    busy,
    error,
    onSubmit,
    onClose,
    children,
  } = props;
  return (
    <Dialog
      title={title}
      about={about}
      {...(size && { size })}
      onClose={onClose}
      onSubmit={() => {
        if (ready && !busy) onSubmit();
      }}
      footer={
        <>
          <Button onClick={onClose}>{text("action.cancel")}</Button>
          <Button type="submit" look={look} disabled={!ready} busy={busy}>
            {submit}
          </Button>
        </>
      }
    >
      {children}
      <Fault error={error} />
    </Dialog>
  );
}
