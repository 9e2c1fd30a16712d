/** *Download CSV*: what is shown, for a spreadsheet. */
import { Download } from "lucide-react";
import { useState } from "react";
import { useText } from "@/text/text";
import { Button } from "@/ui/button";
import { toastFault } from "./fault";
import { saved } from "./saved";

interface Props {
  /** Of the file, without its ending. */
  name: string;
  read: () => Promise<Blob>;
}

export function CsvButton({ name, read }: Props) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      saved(await read(), `${name}.csv`);
    } catch (error) {
      toastFault(error, text);
    }
    setBusy(false);
  };
  return (
    <Button icon={<Download aria-hidden />} busy={busy} onClick={() => void save()}>
      {text("action.csv")}
    </Button>
  );
}
