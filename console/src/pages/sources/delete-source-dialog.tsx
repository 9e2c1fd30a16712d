import { type Source, useDeleteSource } from "@/api/sources";
import { ConfirmDialog } from "@/app/confirm-dialog";
import { useText } from "@/text/text";

export function DeleteSourceDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const text = useText();
  const deletion = useDeleteSource();
  return (
    <ConfirmDialog
      title={text("members.delete", { name: source.name })}
      action={text("action.delete")}
      about={text("sources.deleteAbout")}
      busy={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate(source.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
