/** `fetch` with the console's session: CSRF token, idempotency key, one renewal of the sign-in for all tabs. */
import { randomId } from "./ids";
import { SignedOut, Unreachable } from "./problems";
import { inTurn } from "./turns";

const CSRF_COOKIE = "labelstream_csrf";
const CSRF_HEADER = "X-CSRF-Token";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const RENEWAL_LOCK = "labelstream-renewal";
const NEVER = new AbortController().signal;

type Listener = () => void;
const whenSignedOut = new Set<Listener>();

/** Tells when a call found that the sign-in has ended. */
export function onSignedOut(listener: Listener): () => void {
  whenSignedOut.add(listener);
  return () => whenSignedOut.delete(listener);
}

export function csrfToken(): string {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${CSRF_COOKIE}=`));
  return found ? decodeURIComponent(found.slice(CSRF_COOKIE.length + 1)) : "";
}

/** Raises Unreachable, or SignedOut when the sign-in cannot be renewed. Other answers are the caller's to read. */
export async function sessionFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (!SAFE.has(request.method) && !request.headers.has("Idempotency-Key")) {
    request.headers.set("Idempotency-Key", randomId());
  }
  const token = csrfToken();
  const answer = await send(request.clone(), token);
  if (await refusedForToken(answer, token)) return send(request, csrfToken());
  if (answer.status !== 401 || isSignIn(request.url)) return answer;
  await renew(token);
  return send(request, csrfToken());
}

async function send(request: Request, token: string): Promise<Response> {
  if (!SAFE.has(request.method) && token) request.headers.set(CSRF_HEADER, token);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unreachable("The gateway does not answer.");
  }
}

/** Another tab has renewed the sign-in in the meantime, and the token that was sent is not the present one. */
async function refusedForToken(answer: Response, token: string): Promise<boolean> {
  if (answer.status !== 403 || csrfToken() === token) return false;
  const body = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  return body.code === "csrf-failed";
}

function isSignIn(url: string): boolean {
  return new URL(url).pathname.startsWith("/api/v1/auth/");
}

let renewing: Promise<void> | null = null;

/** A refresh token may be used once, so the tabs take turns, and only the first one renews. */
async function renew(token: string): Promise<void> {
  renewing ??= renewInTurn(token).finally(() => {
    renewing = null;
  });
  await renewing;
}

async function renewInTurn(token: string): Promise<void> {
  await inTurn(RENEWAL_LOCK, NEVER, () => renewNow(token));
}

async function renewNow(token: string): Promise<void> {
  if (csrfToken() && csrfToken() !== token) return;
  // The cookies went with the sign-in: there is nothing to renew.
  if (csrfToken() === "") return ended();
  let answer: Response;
  try {
    answer = await fetch("/api/v1/auth/refresh?session=cookie", { method: "POST" });
  } catch {
    throw new Unreachable("The gateway does not answer.");
  }
  if (answer.ok) return;
  if (answer.status === 429 || answer.status >= 500) throw new Unreachable("The sign-in could not be renewed now.");
  ended();
}

function ended(): never {
  for (const listener of whenSignedOut) listener();
  throw new SignedOut("The sign-in has ended.");
}
