import { getRouteApi } from "@tanstack/react-router";
import type { Mode } from "./workbench/state";

const route = getRouteApi("/signed-in/jobs/$jobId");

export function useModeNavigation(): (mode: Mode) => void {
  const navigate = route.useNavigate();
  return (mode) => void navigate({ search: (before) => ({ ...before, mode: mode === "grid" ? undefined : mode }) });
}
