import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Item } from "@/labeling/items";
import type { Returned as ReturnedClass } from "./returned";
import { createState, type Workplace } from "./state";

const listed = vi.hoisted(() => vi.fn());
vi.mock("@/api/items", () => ({ listItems: listed }));
const { LONGEST_WAIT_MS, Returned, sentBackTo } = await import("./returned");

const SENT_BACK = sentBackTo("me", { team: null });
let place: Workplace;
let returned: ReturnedClass;

const item = (id: string) => ({ id, labels: [], status: "labeled", version: 1 }) as unknown as Item;
/** The answer comes after so many milliseconds. */
const answersAfter = (milliseconds: number, ...ids: string[]) =>
  listed.mockImplementationOnce(async () => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return { items: ids.map(item), next_cursor: null };
  });

beforeEach(() => {
  vi.useFakeTimers();
  place = createState("me", { filter: { status: "unlabeled" }, sort: "added", size: 50 }, 0, "focus");
  place.update((state) => ({ ...state, paging: { ...state.paging, buffer: ["a", "b"] } }));
  returned = new Returned("job", place, (error) => {
    throw error;
  });
});
afterEach(() => {
  vi.useRealTimers();
  listed.mockReset();
});

test("no image is shown before it is known what was sent back", async () => {
  answersAfter(300, "x");
  void returned.begin(SENT_BACK);
  await vi.advanceTimersByTimeAsync(299);
  expect(place.get().focus).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(place.get().focus).toEqual({ order: ["x", "a", "b"], place: 0 });
  expect(listed).toHaveBeenCalledTimes(1);
});

test("an image that is shown stays, and what comes late follows it", async () => {
  answersAfter(LONGEST_WAIT_MS + 500, "x");
  void returned.begin(SENT_BACK);
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(place.get().focus).toEqual({ order: ["a", "b"], place: 0 });
  await vi.advanceTimersByTimeAsync(500);
  expect(place.get().focus).toEqual({ order: ["a", "x", "b"], place: 0 });
});

test("nothing is awaited where nothing is reviewed, or for an image that was chosen", () => {
  void returned.begin(null);
  expect(place.get().focus).toEqual({ order: ["a", "b"], place: 0 });
  place.update((state) => ({ ...state, focus: null, selection: { ...state.selection, cursor: "b" } }));
  void returned.begin(SENT_BACK);
  expect(place.get().focus).toEqual({ order: ["a", "b"], place: 1 });
  expect(listed).not.toHaveBeenCalled();
});

test("whoever has left focus meanwhile is not brought back", async () => {
  answersAfter(300, "x");
  void returned.begin(SENT_BACK);
  place.patch({ mode: "grid" });
  await vi.advanceTimersByTimeAsync(300);
  expect(place.get().focus).toBeNull();
});
