import { useIntl } from "react-intl";
import { Tooltip } from "./tooltip";

const MINUTE = 60_000;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];
const WEEK = 7 * 24 * 60 * MINUTE;

/** A moment: how long ago while that is short, else the day; the whole in a tooltip. */
export function When({ at }: { at: string }) {
  const intl = useIntl();
  const moment = new Date(at);
  const ago = moment.getTime() - Date.now();
  const step = STEPS.find(([, length]) => Math.abs(ago) >= length);
  const short =
    Math.abs(ago) > WEEK || !step
      ? intl.formatDate(moment, Math.abs(ago) > WEEK ? { dateStyle: "medium" } : { timeStyle: "short" })
      : intl.formatRelativeTime(Math.round(ago / step[1]), step[0]);
  return (
    <Tooltip text={intl.formatDate(moment, { dateStyle: "full", timeStyle: "medium" })}>
      <time dateTime={at}>{short}</time>
    </Tooltip>
  );
}
