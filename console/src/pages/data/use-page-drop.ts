/** Files that are dropped anywhere onto the page. */
import { useEffect, useRef } from "react";
import { type Chosen, droppedFiles } from "./picking";

export function usePageDrop(onDrop: (chosen: Chosen) => void): void {
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      // Where files are expected, they are taken there.
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then((chosen) => {
        if (chosen.files.length + chosen.unfit.length > 0) latest.current(chosen);
      });
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, []);
}
