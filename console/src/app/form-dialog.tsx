/** A small form in a dialog: fields, *Cancel*, and the button that sends them. */
import type { ReactNode } from "react";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Fault } from "./fault";

interface Props {
  title: string;
  about?: string | undefined;
  submit: string;
  ready?: boolean;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog({ title, about, submit, ready = true, busy, error, onSubmit, onClose, children }: Props) {
  const text = useText();
  return (
    <Dialog
      title={title}
      about={about}
      onClose={onClose}
      onSubmit={() => {
        if (ready && !busy) onSubmit();
      }}
      footer={
        <>
          <Button onClick={onClose}>{text("action.cancel")}</Button>
          <Button type="submit" look="primary" disabled={!ready} busy={busy}>
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
