import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "@/api/problems";
import { acknowledged, withOutbox } from "@/labeling/board";
import { given, item } from "@/labeling/samples";
import type { Loader as LoaderClass } from "./loader";
import { createState, pageItems, type Workplace } from "./state";

const { listed, read } = vi.hoisted(() => ({ listed: vi.fn(), read: vi.fn() }));
vi.mock("@/api/items", () => ({ listItems: listed, readItem: read }));
const { Loader } = await import("./loader");

const VIEW = { filter: { status: "unlabeled" as const }, sort: "added" as const, size: 2 };
const cat = { id: "l-cat", name: "cat" };
let place: Workplace;
let loader: LoaderClass;
let unlabeled: string[];

interface At {
  limit: number;
  cursor: string | null;
  offset?: number;
}

/** The list as the server has it: a cursor is the image that comes next. */
async function list(_job: string, _filter: unknown, _sort: string, { limit, cursor, offset = 0 }: At) {
  const start = cursor === null ? offset : unlabeled.indexOf(cursor);
  const ids = unlabeled.slice(start, start + limit);
  return { items: ids.map((id) => item(id)), next_cursor: unlabeled[start + limit] ?? null };
}
const shown = () => pageItems(place.get()).map((each) => each.id);

/** With the brush: it is shown and saved, and leaves the server's list. */
function brush(...ids: string[]) {
  const expect = Object.fromEntries(ids.map((id) => [id, 1]));
  const pending = { key: ids.join(), ids, edit: { add: [cat] }, at: "", expect };
  place.update((state) => ({
    ...state,
    board: acknowledged(withOutbox(state.board, [pending]), pending, new Set()),
  }));
  unlabeled = unlabeled.filter((id) => !ids.includes(id));
}

beforeEach(async () => {
  vi.useFakeTimers();
  listed.mockImplementation(list);
  unlabeled = ["a", "b", "c", "d", "e", "f", "g", "h"];
  place = createState("ada", VIEW, 0, "brush");
  loader = new Loader("job", place);
  await loader.open(VIEW, 0);
});
afterEach(() => {
  loader.close();
  vi.useRealTimers();
  listed.mockReset();
  read.mockReset();
});

test("a page that was brushed is turned, and read anew, without jumping over an image", async () => {
  brush("a", "b");
  expect(shown()).toEqual(["a", "b"]);
  expect(loader.forward()).toBe(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual(["c", "d"]);
  brush("c");
  expect(loader.forward()).toBe(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual(["e", "f"]);
  await loader.reload();
  // d is still there; nothing of e, f, g and h was lost.
  expect(shown()).toEqual(["e", "f"]);
  await loader.open(VIEW, 0);
  expect(shown()).toEqual(["d", "e"]);
});

test("with the brush, images that have come stand behind what is there", async () => {
  unlabeled = ["a", "b", "c"];
  await loader.open({ ...VIEW, size: 50 }, 0);
  brush("a", "b");
  unlabeled.push("x", "y");
  await loader.come();
  expect(shown()).toEqual(["a", "b", "c", "x", "y"]);
  place.patch({ mode: "grid" });
  await loader.come();
  expect(shown()).toEqual(["c", "x", "y"]);
});

test("what could not be read is read when the gateway answers again, and the fault is gone", async () => {
  await vi.advanceTimersByTimeAsync(0);
  place.update((state) => ({ ...state, paging: { ...state.paging, buffer: ["d"] } }));
  listed.mockRejectedValue(new Error("away"));
  await loader.refill();
  expect(place.get().fault).not.toBeNull();
  listed.mockImplementation(list);
  await loader.recover();
  expect(place.get().fault).toBeNull();
  expect(shown()).toEqual(["d", "e"]);
});

test("a page that could not be opened is opened when the gateway answers again", async () => {
  listed.mockRejectedValue(new Error("away"));
  await loader.open(VIEW, 2);
  expect(place.get().fault).not.toBeNull();
  listed.mockImplementation(list);
  await loader.recover();
  expect(place.get()).toMatchObject({ fault: null, loading: false });
  expect(shown()).toEqual(["e", "f"]);
});

test("what was called off is no fault, and what called it off goes on", async () => {
  listed.mockImplementationOnce(
    (_job, _filter, _sort, _at, signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  listed.mockImplementationOnce(async (job, filter, sort, at) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return list(job, filter, sort, at);
  });
  const more = loader.more();
  const opening = loader.open(VIEW, 1);
  await more;
  expect(place.get().fault).toBeNull();
  // It is still at work: nothing else is begun beside it.
  place.update((state) => ({ ...state, paging: { ...state.paging, buffer: ["a"] } }));
  listed.mockClear();
  await loader.refill();
  expect(listed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  await opening;
  expect(shown()).toEqual(["c", "d"]);
});

test("unreadable images are counted by their own number", () => {
  const filter = { status: "all", state: "unreadable" } as const;
  const statistics = { total: 900, unreadable: 4, labels: [] } as never;
  place.update((state) => ({
    ...state,
    view: { ...VIEW, filter },
    statistics,
    loading: false,
    paging: { ...state.paging, buffer: ["a", "b", "c"], ended: true },
  }));
  listed.mockClear();
  loader.catchUp();
  expect(listed).toHaveBeenCalledTimes(1);
  place.update((state) => ({
    ...state,
    loading: false,
    statistics: { total: 900, unreadable: 3, labels: [] } as never,
  }));
  listed.mockClear();
  loader.catchUp();
  expect(listed).not.toHaveBeenCalled();
});

test("after missed changes what was brushed stays in its place, and every image is shown as it is now", async () => {
  brush("a");
  read.mockImplementation(async (_job: string, id: string) => {
    if (id === "c") throw new Problem(404, "item-not-found", "", "");
    return { item: item(id, id === "b" ? [given(cat, "bob")] : [], { version: 5 }), changes: [] };
  });
  place.update((state) => ({ ...state, paging: { ...state.paging, size: 3 } }));
  expect(shown()).toEqual(["a", "b", "c"]);
  unlabeled = ["f", "g", "new"];
  await loader.readMissed();
  expect(shown()).toEqual(["a", "b", "f"]);
  expect(
    place
      .get()
      .board.shown.get("b")
      ?.labels.map(({ by }) => by),
  ).toEqual(["bob"]);
  expect(place.get().paging.buffer).toContain("new");
});

test("in the grid the page is read anew after missed changes", async () => {
  place.patch({ mode: "grid" });
  unlabeled = ["e", "f"];
  await loader.readMissed();
  expect(shown()).toEqual(["e", "f"]);
  expect(read).not.toHaveBeenCalled();
});
