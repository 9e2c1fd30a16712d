import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Lease } from "./turns";

const NEVER = new AbortController().signal;

function storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe("without locks", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("localStorage", storage());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("of tabs that ask at the same moment one works, and the next one goes on when it ends", async () => {
    const working: string[] = [];
    const ends = new Map<string, () => void>();
    for (const tab of ["one", "two", "three"]) {
      void new Lease("feed").during(NEVER, async () => {
        working.push(tab);
        await new Promise<void>((resolve) => ends.set(tab, resolve));
      });
    }
    await vi.advanceTimersByTimeAsync(20_000);
    expect(working).toHaveLength(1);
    ends.get(working[0] ?? "")?.();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(working).toHaveLength(2);
  });

  test("a tab that went without a word is followed by another", async () => {
    localStorage.setItem("feed", `gone ${Date.now() + 4_000}`);
    let works = false;
    void new Lease("feed").during(NEVER, async () => {
      works = true;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(works).toBe(false);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(works).toBe(true);
  });

  test("who does not want to any more never works", async () => {
    localStorage.setItem("feed", `other ${Date.now() + 4_000}`);
    const closing = new AbortController();
    let works = false;
    void new Lease("feed").during(closing.signal, async () => {
      works = true;
    });
    closing.abort();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(works).toBe(false);
  });

  test("a browser that keeps nothing lets each tab go by itself", async () => {
    vi.stubGlobal("localStorage", {
      getItem: () => null,
      setItem: () => {
        throw new Error("QuotaExceededError");
      },
      removeItem: () => undefined,
    });
    expect(await new Lease("feed").during(NEVER, async () => "done")).toBe("done");
  });
});
