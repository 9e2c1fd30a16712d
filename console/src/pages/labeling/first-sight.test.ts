import { expect, test, vi } from "vitest";
import type { Item } from "@/labeling/items";

const asked: string[] = [];
class Picture {
  onload = () => undefined;
  set src(address: string) {
    asked.push(address);
    queueMicrotask(() => this.onload());
  }
}
vi.stubGlobal("Image", Picture);
vi.stubGlobal("innerWidth", 1000);
vi.stubGlobal("innerHeight", 500);
vi.stubGlobal("window", { devicePixelRatio: 1 });
vi.mock("@/app/preferences", () => ({ usePreferences: vi.fn() }));

const { preloadFirstSight } = await import("./first-sight");

const item = (id: number, unreadable?: string) =>
  ({ id: String(id), thumbnail: `/thumbnails/${id}?ticket=t`, unreadable }) as Item;

test("the thumbnails that will be seen are loaded, and no others", async () => {
  const items = [item(0, "truncated"), ...Array.from({ length: 99 }, (_, number) => item(number + 1))];
  preloadFirstSight(items, 128);
  await vi.waitFor(() => expect(asked.at(-1)).toBe("/thumbnails/20?ticket=t&size=256"));
  expect(asked).toHaveLength(20);
  expect(asked[0]).toBe("/thumbnails/1?ticket=t&size=256");
});
