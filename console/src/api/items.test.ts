import { afterEach, beforeEach, expect, test, vi } from "vitest";

const fetched = vi.hoisted(() => vi.fn());
vi.stubGlobal("window", { location: { origin: "https://labelstream.example" } });
vi.stubGlobal("document", { cookie: "labelstream_csrf=token" });
vi.mock("./fetching", () => ({ sessionFetch: fetched }));

const { askForItems, forgetAskedAhead, listItems } = await import("./items");

const FILTER = { status: "unlabeled" } as const;
const page = (next: string) => new Response(JSON.stringify({ items: [], next_cursor: next }));
const ask = () => askForItems("job", FILTER, "added", { limit: 50 });
const list = async () => (await listItems("job", FILTER, "added", { limit: 50 })).next_cursor;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  forgetAskedAhead();
  fetched.mockReset();
});

test("a page that was asked for ahead is the answer, once", async () => {
  fetched.mockResolvedValueOnce(page("ahead")).mockResolvedValueOnce(page("later"));
  ask();
  expect(await list()).toBe("ahead");
  expect(await list()).toBe("later");
});

test("whoever comes after a refusal, a sign-in or a long time asks anew", async () => {
  fetched.mockRejectedValueOnce(new Error("signed out"));
  ask();
  await vi.advanceTimersByTimeAsync(1);
  fetched.mockResolvedValueOnce(page("after the refusal"));
  expect(await list()).toBe("after the refusal");

  fetched.mockResolvedValueOnce(page("of somebody else"));
  ask();
  forgetAskedAhead();
  fetched.mockResolvedValueOnce(page("after the sign-in"));
  expect(await list()).toBe("after the sign-in");

  fetched.mockResolvedValueOnce(page("old"));
  ask();
  await vi.advanceTimersByTimeAsync(11_000);
  fetched.mockResolvedValueOnce(page("present"));
  expect(await list()).toBe("present");
});
