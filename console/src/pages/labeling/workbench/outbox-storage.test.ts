import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Conflict } from "@/labeling/conflicts";
import type { Pending } from "@/labeling/outbox";
import { item } from "@/labeling/samples";
import { type Kept, OutboxStorage } from "./outbox-storage";

const pending: Pending = { key: "k", ids: ["1"], edit: { add: [] }, at: "", expect: null };
const conflict: Conflict = { id: "1", mine: item("1"), theirs: item("1"), edit: {} };

/** What is stored is what is enumerated, as in a browser. */
class Storage {
  [key: string]: unknown;
}
const METHODS = {
  getItem(this: Storage, key: string) {
    return this[key] ?? null;
  },
  setItem(this: Storage, key: string, value: string) {
    this[key] = value;
  },
  removeItem(this: Storage, key: string) {
    delete this[key];
  },
};

beforeEach(() => {
  vi.stubGlobal("localStorage", Object.create(METHODS) as Storage);
  vi.stubGlobal("navigator", {});
});
afterEach(() => vi.unstubAllGlobals());

async function adoptedBy(account: string): Promise<Kept[]> {
  const taken: Kept[] = [];
  await new OutboxStorage(account, "job").adopt((left) => taken.push(left));
  return taken;
}

test("what was not sent, and conflicts, are taken over once", async () => {
  new OutboxStorage("ada", "job").keep({ outbox: [pending], conflicts: [] });
  new OutboxStorage("ada", "job").keep({ outbox: [], conflicts: [conflict] });
  expect(await adoptedBy("bob")).toEqual([]);
  const taken = await adoptedBy("ada");
  expect(taken).toHaveLength(2);
  expect(taken).toContainEqual({ outbox: [pending], conflicts: [] });
  expect(taken).toContainEqual({ outbox: [], conflicts: [conflict] });
  expect(await adoptedBy("ada")).toEqual([]);
});

test("nothing is kept of what was sent and decided", () => {
  const storage = new OutboxStorage("ada", "job");
  storage.keep({ outbox: [pending], conflicts: [conflict] });
  storage.keep({ outbox: [], conflicts: [] });
  expect(Object.keys(localStorage)).toEqual([]);
});

test("what an earlier version kept is taken over, too", async () => {
  localStorage.setItem("labelstream-outbox/ada/job/old", JSON.stringify([pending]));
  expect(await adoptedBy("ada")).toEqual([{ outbox: [pending], conflicts: [] }]);
});
