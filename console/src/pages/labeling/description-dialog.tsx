import { useText } from "@/text/text";
import { Dialog } from "@/ui/dialog";
import { Empty } from "@/ui/empty";
import { Markdown } from "@/ui/markdown";
import { useDialogs } from "./dialogs";

export function DescriptionDialog() {
  const text = useText();
  const { job, close } = useDialogs();
  return (
    <Dialog title={text("labeling.description")} size="medium" onClose={close}>
      {job.labeling_description ? (
        <Markdown>{job.labeling_description}</Markdown>
      ) : (
        <Empty title={text("labeling.noDescription")}>{text("labeling.noDescriptionAbout")}</Empty>
      )}
    </Dialog>
  );
}
