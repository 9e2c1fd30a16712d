import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { peopleQuery } from "@/api/people";
import { useMe } from "@/app/session";
import { useText } from "@/text/text";
import { useBench } from "./bench-context";

/** Names of those who label here, by account. */
export function usePeople(): (account: string) => string {
  const text = useText();
  const me = useMe();
  const { jobId } = useBench();
  const { data: people } = useQuery(peopleQuery(jobId));
  return useCallback(
    (account) => {
      if (account === "consensus") return text("people.consensus");
      if (account === me.id) return me.name || me.email;
      return people?.find((person) => person.id === account)?.name ?? text("people.unknown");
    },
    [people, me, text],
  );
}
