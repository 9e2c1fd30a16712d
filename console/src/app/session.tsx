/** Who is signed in. When the sign-in ends in the middle of work, the page stays, and a dialog asks for it again. */
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, Suspense, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { onSignedOut } from "@/api/fetching";
import { type Me, meQuery } from "@/api/me";
import { patient } from "@/ui/patient";
import { useAccountPreferences } from "./account-preferences";

const SignInAgain = patient(() => import("./sign-in-again").then((module) => ({ default: module.SignInAgain })));

interface Session {
  /** Signed in again in this tab: whoever kept unsent work may send it. */
  resumed: number;
}

const SessionContext = createContext<Session>({ resumed: 0 });

export function useSession(): Session {
  return useContext(SessionContext);
}

/** The person, on pages that only signed-in people reach. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function SessionGuard({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const [ended, setEnded] = useState(false);
  const [resumed, setResumed] = useState(0);

  useAccountPreferences();
  useEffect(() => onSignedOut(() => setEnded(true)), []);

  const goOn = useCallback(async () => {
    setEnded(false);
    const present = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    // Somebody else signed in: nothing on this page is theirs.
    if (me && present.id !== me.id) window.location.assign("/");
    setResumed((count) => count + 1);
    await queries.invalidateQueries();
  }, [queries, me]);

  const session = useMemo(() => ({ resumed }), [resumed]);
  return (
    <SessionContext value={session}>
      {children}
      {ended && me ? (
        <Suspense>
          <SignInAgain email={me.email} onSignedIn={goOn} onClose={() => setEnded(false)} />
        </Suspense>
      ) : null}
    </SessionContext>
  );
}
