/** What a call can end with besides its reply: the gateway's problem, or no answer at all. */

export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** A refusal of the gateway, as RFC 9457 has it. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    readonly retryAfter: number | null = null,
    /** The whole document: some problems say more. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }
}

/** No answer: the network or the gateway is away. Whether anything was done is unknown. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** The sign-in has ended, and only a new one helps. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = await bodyOf(response);
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new Problem(
    response.status,
    typeof body.code === "string" ? body.code : `http-${response.status}`,
    typeof body.title === "string" ? body.title : response.statusText,
    typeof body.detail === "string" ? body.detail : "",
    Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [],
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    body,
  );
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Refusals which say that nothing was done, so that the same call may be sent again later. */
export function maySendAgain(error: unknown): boolean {
  if (error instanceof Unreachable || error instanceof SignedOut) return true;
  return (
    error instanceof Problem && ([401, 429, 502, 503, 504].includes(error.status) || error.code === "outcome-unknown")
  );
}

export function faultAt(error: unknown, pointer: string): string | undefined {
  return error instanceof Problem ? error.errors.find((one) => one.pointer === pointer)?.detail : undefined;
}
