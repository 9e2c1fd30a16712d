import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withSession } from "./trying";

const asked = (method: string, headers: Record<string, string> = {}) =>
  withSession({ url: "/api/v1/jobs", method, headers });

describe("a call that is tried", () => {
  beforeEach(() => vi.stubGlobal("document", { cookie: "labelstream_csrf=abc" }));
  afterEach(() => vi.unstubAllGlobals());

  test("that changes something proves that it comes from this page", () => {
    const request = asked("POST");
    expect(request.headers["X-CSRF-Token"]).toBe("abc");
    expect(request.headers["Idempotency-Key"]).toBeTruthy();
    expect(request.userFetch).toBeDefined();
  });

  test("that only reads needs no proof", () => {
    expect(asked("GET").headers).toEqual({});
  });

  test("with an access token leaves the session out", () => {
    const request = asked("POST", { Authorization: "Bearer t" });
    expect(request.credentials).toBe("omit");
    expect(request.headers["X-CSRF-Token"]).toBeUndefined();
    expect(request.userFetch).toBeUndefined();
  });

  test("keeps the key that somebody typed", () => {
    expect(asked("POST", { "Idempotency-Key": "mine" }).headers["Idempotency-Key"]).toBe("mine");
  });
});
