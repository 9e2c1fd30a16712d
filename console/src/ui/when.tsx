import { useIntl } from "react-intl";
import { useText } from "@/text/text";
import { shortWhen } from "./short-when";
import { Tooltip } from "./tooltip";

/** A moment: how long ago while that is short, else the day; the whole in a tooltip. */
export function When({ at }: { at: string }) {
  const text = useText();
  const intl = useIntl();
  const moment = new Date(at);
  return (
    <Tooltip text={intl.formatDate(moment, { dateStyle: "full", timeStyle: "medium" })}>
      <time dateTime={at}>{shortWhen(moment, Date.now(), intl) ?? text("when.now")}</time>
    </Tooltip>
  );
}
