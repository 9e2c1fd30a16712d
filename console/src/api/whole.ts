import { Unreachable } from "./problems";

/** The answer with its body: the connection may end in the middle of it, too, and then nothing is known of what was done. */
export async function whole(answer: Response, signal: AbortSignal): Promise<Response> {
  const { status, statusText, headers } = answer;
  try {
    const body = await answer.arrayBuffer();
    return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable("The answer of the gateway was cut off.");
  }
}
