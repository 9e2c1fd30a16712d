import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { labelsKey } from "@/api/labels";

/** Reads the label set anew when long work on it has ended. */
export function useRefreshedLabels(jobId: string): () => void {
  const queries = useQueryClient();
  return useCallback(
    () => void queries.invalidateQueries({ queryKey: labelsKey(jobId), exact: true }),
    [queries, jobId],
  );
}
