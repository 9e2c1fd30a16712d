/** Stands in for `react-remove-scroll`, which Radix asks for: that one writes a <style> element, and the
 * Content-Security-Policy forbids those. An attribute on the body does the same (styles/base.css). */
import { Slot } from "@radix-ui/react-slot";
import { type ReactNode, type Ref, useEffect } from "react";

interface Props {
  as?: unknown;
  allowPinchZoom?: boolean;
  shards?: unknown;
  enabled?: boolean;
  removeScrollBar?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLElement>;
}

let holders = 0;

export function RemoveScroll({
  as,
  allowPinchZoom,
  shards,
  enabled = true,
  removeScrollBar,
  children,
  ...rest
}: Props) {
  useEffect(() => {
    if (!enabled) return;
    holders += 1;
    document.body.dataset.scrollLocked = "";
    return () => {
      holders -= 1;
      if (holders === 0) delete document.body.dataset.scrollLocked;
    };
  }, [enabled]);
  return as === undefined ? <div {...(rest as object)}>{children}</div> : <Slot {...(rest as object)}>{children}</Slot>;
}

RemoveScroll.classNames = { fullWidth: "", zeroRight: "" };
