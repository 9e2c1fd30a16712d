import { expect, test } from "vitest";
import { maySendAgain, Unreachable } from "./problems";
import { whole } from "./whole";

const cutOff = (fault: Error) =>
  new Response(
    new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('{"items": [')),
      pull: (stream) => stream.error(fault),
    }),
  );

test("an answer that is cut off is none, and what was sent may be sent again", async () => {
  const fault = await whole(cutOff(new TypeError("network error")), new AbortController().signal).catch(
    (error) => error,
  );
  expect(fault).toBeInstanceOf(Unreachable);
  expect(maySendAgain(fault)).toBe(true);
});

test("what is not wanted any more is not told as a fault of the gateway", async () => {
  const given = new AbortController();
  given.abort();
  await expect(whole(cutOff(new DOMException("", "AbortError")), given.signal)).rejects.toThrow(DOMException);
});

test("a whole answer is what it was, with or without a body", async () => {
  const { signal } = new AbortController();
  const answer = await whole(new Response('{"a":1}', { status: 201, headers: { ETag: "x" } }), signal);
  expect([answer.status, answer.headers.get("ETag"), await answer.json()]).toEqual([201, "x", { a: 1 }]);
  expect((await whole(new Response(null, { status: 204 }), signal)).status).toBe(204);
});
