/** How much each annotator has labeled, and which members of a team can still be added. */
import type { Schemas } from "@/api/client";
import type { Member } from "@/api/members";

type Progress = Schemas["ProgressReply"];

/** Labels given by each account. */
export function labelsGiven(progress: Pick<Progress, "annotators"> | undefined): ReadonlyMap<string, number> {
  return new Map((progress?.annotators ?? []).map((each) => [each.id, each.added]));
}

/** Those of a team who are no annotators yet, whoever they are there: by account, or by address before they have one. */
export function stillToAdd(team: readonly Member[], annotators: readonly Member[]): Member[] {
  const accounts = new Set(annotators.map((each) => each.account_id).filter(Boolean));
  const addresses = new Set(annotators.map((each) => each.email?.toLowerCase()).filter(Boolean));
  return team.filter(
    (each) =>
      !(each.account_id && accounts.has(each.account_id)) && !(each.email && addresses.has(each.email.toLowerCase())),
  );
}
