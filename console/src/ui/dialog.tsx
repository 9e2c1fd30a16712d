import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { FormEvent, ReactNode } from "react";
import { useText } from "@/text/text";
import { IconButton } from "./button";
import { classes } from "./classes";
import styles from "./dialog.module.css";

interface Props {
  title: ReactNode;
  about?: ReactNode;
  children?: ReactNode;
  /** Buttons, the one that acts last. */
  footer?: ReactNode;
  size?: "small" | "medium" | "large";
  onClose: () => void;
  /** Makes the dialog a form. */
  onSubmit?: () => void;
}

/** Without a field that wants it, the dialog itself gets the focus: on a button it would open a tooltip. */
export function focusWhole(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement | null)?.focus();
}

/** A dialog is rendered while it is open. `Esc` and a click beside it close it; the focus stays inside and goes back. */
export function Dialog({ title, about, children, footer, size = "small", onClose, onSubmit }: Props) {
  const text = useText();
  const inside = (
    <>
      <div className={styles.body}>{children}</div>
      {footer ? <footer className={styles.footer}>{footer}</footer> : null}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Radix.Root open onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content
          className={classes(styles.dialog, styles[size])}
          {...(about ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusWhole}
        >
          <header className={styles.header}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={text("action.close")}>
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          {about ? <Radix.Description className={styles.about}>{about}</Radix.Description> : null}
          {onSubmit ? (
            <form onSubmit={submit} className={styles.form} noValidate>
              {inside}
            </form>
          ) : (
            inside
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
