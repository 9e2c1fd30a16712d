/** What of the chosen files would be sent, told without sending any. */
import { useIntl } from "react-intl";
import { RememberedUploads } from "@/api/remembered-uploads";
import type { Picked } from "@/api/uploads";
import { useText } from "@/text/text";
import { Notice } from "@/ui/notice";
import { isImage } from "./picking";

export function FilesPreview({ datasetId, files }: { datasetId: string; files: readonly Picked[] }) {
  const text = useText();
  const intl = useIntl();
  const known = new RememberedUploads(datasetId);
  const left = files.filter((picked) => !known.has(picked));
  const images = left.filter(isImage).length;
  const bytes = left.reduce((sum, { file }) => sum + file.size, 0);
  const size = intl.formatNumber(bytes / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
  return (
    <Notice title={text("data.wouldSend", { images, labels: left.length - images, size })}>
      {left.length < files.length ? <p>{text("data.sentBefore", { count: files.length - left.length })}</p> : null}
      <p>{text("data.wouldSendAbout")}</p>
    </Notice>
  );
}
