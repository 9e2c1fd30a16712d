/** What *Execute* sends: as the person who is signed in, unless an access token was given. */
import { csrfToken, sessionFetch } from "@/api/fetching";
import { randomId } from "@/api/ids";
import { SignedOut } from "@/api/problems";

export interface Tried {
  url: string;
  /** Missing where the description itself is asked for. */
  method?: string;
  headers: Record<string, string>;
  credentials?: RequestCredentials;
  userFetch?: typeof fetch;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** With the sign-in renewed if need be; where it has ended, the gateway's own answer says so. */
const asSignedIn: typeof fetch = async (input, init) => {
  try {
    return await sessionFetch(input, init);
  } catch (error) {
    if (error instanceof SignedOut) return fetch(input, init);
    throw error;
  }
};

export function withSession(request: Tried): Tried {
  const changes = !SAFE.has((request.method ?? "GET").toUpperCase());
  if (changes) request.headers["Idempotency-Key"] ??= randomId();
  if (request.headers.Authorization) {
    request.credentials = "omit";
  } else {
    request.credentials = "same-origin";
    const token = csrfToken();
    if (changes && token) request.headers["X-CSRF-Token"] = token;
    request.userFetch = asSignedIn;
  }
  return request;
}
