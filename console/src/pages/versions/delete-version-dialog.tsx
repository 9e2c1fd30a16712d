import { useDeleteVersion, type Version } from "@/api/versions";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { useText } from "@/text/text";

interface Props {
  datasetId: string;
  version: Version;
  onClose: () => void;
}

export function DeleteVersionDialog({ datasetId, version, onClose }: Props) {
  const text = useText();
  const deletion = useDeleteVersion(datasetId);
  return (
    <ConfirmDialog
      title={text("members.delete", { name: version.name })}
      action={text("action.delete")}
      about={text("versions.deleteAbout", { images: version.counts.total })}
      typed={version.name}
      busy={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate(version.name, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
