import type { ComponentProps, ReactNode } from "react";
import styles from "./button.module.css";
import { classes } from "./classes";
import { Tooltip } from "./tooltip";

type Look = "primary" | "plain" | "quiet" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: ReactNode;
  /** Work that it began is under way: it cannot be pressed again, and says so. */
  busy?: boolean;
}

export function Button({ look = "plain", icon, busy = false, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      className={classes(styles.button, styles[look], className)}
    >
      {busy ? <span className={styles.spinner} aria-hidden /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** What it does, for the tooltip and for those who cannot see the icon. */
  label: string;
  look?: Look;
  keys?: string;
  /** Why it cannot be pressed now; null if it can. It keeps the focus and the pointer, so that the reason can be read. */
  disabledReason?: string | null;
}

export function IconButton({
  label,
  look = "quiet",
  keys,
  disabledReason = null,
  children,
  className,
  ...rest
}: IconButtonProps) {
  const isDisabled = disabledReason !== null;
  return (
    <Tooltip text={disabledReason ?? label} keys={isDisabled ? undefined : keys}>
      <button
        type="button"
        {...rest}
        onClick={isDisabled ? undefined : rest.onClick}
        aria-disabled={isDisabled || undefined}
        aria-label={label}
        className={classes(styles.button, styles.icon, styles[look], className)}
      >
        {children}
      </button>
    </Tooltip>
  );
}
