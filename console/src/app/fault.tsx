/** How a failed call is told: what happened, what to do next, and the problem's code. */
import type { ReactNode } from "react";
import { Problem, SignedOut, Unreachable } from "@/api/problems";
import { type TextKey, type Translate, useText } from "@/text/text";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { toast } from "@/ui/toast";

const NEXT_STEPS: Record<number, TextKey> = {
  403: "fault.next.403",
  404: "fault.next.404",
  409: "fault.next.409",
  412: "fault.next.412",
  429: "fault.next.429",
  500: "fault.next.500",
  503: "fault.next.503",
};

/** What helps with these is not what helps with others of their status. */
const NEXT_STEPS_OF: Readonly<Record<string, TextKey>> = { "link-not-found": "fault.next.link" };

/** Their detail says all there is to say: reading again would not help. */
const SAY_ENOUGH = new Set(["mail-not-configured", "already-member", "owner-is-no-annotator", "email-taken"]);

function faultText(error: unknown, text: Translate): string {
  if (error instanceof Unreachable) return text("fault.unreachable");
  if (error instanceof SignedOut) return text("fault.signedOut");
  if (!(error instanceof Problem)) return text("fault.unexpected");
  const next = SAY_ENOUGH.has(error.code) ? undefined : (NEXT_STEPS_OF[error.code] ?? NEXT_STEPS[error.status]);
  return [error.detail || error.title, next ? text(next, { seconds: error.retryAfter ?? 1 }) : ""].join(" ").trim();
}

/** Tells a fault at the lower edge, where no place on the page is its own. */
export function toastFault(error: unknown, text: Translate): void {
  toast(<Told error={error} text={text} />, "danger");
}

function Told({ error, text }: { error: unknown; text: Translate }) {
  return (
    <>
      {faultText(error, text)}
      {error instanceof Problem ? (
        <>
          {" "}
          <code>{error.code}</code>
        </>
      ) : null}
    </>
  );
}

interface Props {
  error: unknown;
  retry?: () => void;
  children?: ReactNode;
}

export function Fault({ error, retry, children }: Props) {
  const text = useText();
  if (!error) return null;
  return (
    <Notice
      tone="danger"
      actions={
        retry ? (
          <Button look="quiet" onClick={retry}>
            {text("action.retry")}
          </Button>
        ) : null
      }
    >
      <Told error={error} text={text} />
      {children}
    </Notice>
  );
}
