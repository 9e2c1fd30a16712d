/** The sections of the console, in the order in which they stand. */
import { Database, HardDrive, Images, Mail, ScrollText, Timer, UserRoundCog, Users } from "lucide-react";
import type { TextKey } from "@/text/text";

export const SECTIONS = [
  { to: "/", label: "nav.labelData" as TextKey, icon: Images, exact: true, roles: null },
  { to: "/datasets", label: "nav.datasets" as TextKey, icon: Database, exact: false, roles: ["admin", "member"] },
  { to: "/teams", label: "nav.teams" as TextKey, icon: Users, exact: false, roles: null },
  { to: "/accounts", label: "nav.accounts" as TextKey, icon: UserRoundCog, exact: false, roles: ["admin"] },
  { to: "/sources", label: "nav.sources" as TextKey, icon: HardDrive, exact: false, roles: ["admin"] },
  { to: "/operations", label: "nav.operations" as TextKey, icon: Timer, exact: false, roles: null },
  { to: "/audit", label: "audit.title" as TextKey, icon: ScrollText, exact: false, roles: ["admin"] },
  { to: "/mailbox", label: "nav.mailbox" as TextKey, icon: Mail, exact: false, roles: ["admin"] },
] as const;
