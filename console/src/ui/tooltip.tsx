import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { shownKeys } from "./shown-keys";
import styles from "./tooltip.module.css";

interface Props {
  text: ReactNode;
  keys?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactElement;
}

/** A few words about what the pointer or the focus is on. */
export function Tooltip({ text, keys, side = "bottom", children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys ? <kbd className={styles.keys}>{shownKeys(keys)}</kbd> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const TooltipProvider = Radix.Provider;
