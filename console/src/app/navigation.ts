/** The sections of the console, in the order in which they stand. */
import { Images } from "lucide-react";
import type { TextKey } from "@/text/text";

export const SECTIONS = [
  { to: "/", label: "nav.labelData" as TextKey, icon: Images, exact: true, roles: null },
] as const;
