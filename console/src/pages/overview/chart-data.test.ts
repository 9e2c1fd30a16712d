import { expect, test } from "vitest";
import { axisEnd, columnsOf, FEWEST_COLUMNS, largest, MOST_COLUMNS, shareOf } from "./chart-data";

const day = (name: string, added: number) => ({ day: name, added, removed: 1, reviewed: 0 });

test("days without work stand between the others, up to today", () => {
  const columns = columnsOf([day("2026-03-02", 5), day("2026-02-27", 2)], "2026-03-03");
  expect(columns).toHaveLength(FEWEST_COLUMNS);
  expect(columns[0]?.from).toBe("2026-02-18");
  expect(columns.slice(-5).map((each) => [each.from, each.added])).toEqual([
    ["2026-02-27", 2],
    ["2026-02-28", 0],
    ["2026-03-01", 0],
    ["2026-03-02", 5],
    ["2026-03-03", 0],
  ]);
});

test("a long time fits into 60 columns, and nothing of it is lost", () => {
  const days = Array.from({ length: 400 }, (_, index) =>
    day(new Date(Date.UTC(2025, 0, 1) + index * 86_400_000).toISOString().slice(0, 10), 3),
  );
  const columns = columnsOf(days, "2026-02-04");
  expect(columns.length).toBeLessThanOrEqual(MOST_COLUMNS);
  expect(columns.reduce((sum, each) => sum + each.added, 0)).toBe(1200);
  expect(columns.at(-1)?.to).toBe("2026-02-04");
});

test("a day ahead of this clock is shown, too", () => {
  expect(columnsOf([day("2026-03-02", 5)], "2026-03-01").at(-1)?.added).toBe(5);
  expect(columnsOf([], "2026-03-01")).toEqual([]);
});

test("an axis ends at a round number that holds everything", () => {
  expect([0, 1, 2, 3, 7, 10, 11, 480, 501].map(axisEnd)).toEqual([1, 1, 2, 5, 10, 10, 20, 500, 1000]);
});

test("only the largest are shown, with the number of the others", () => {
  expect(largest([3, 9, 1], (value) => value, 2)).toEqual({ top: [9, 3], more: 1 });
});

test("a share is 0 or 100 only if it is nothing or all", () => {
  expect([shareOf(0, 5), shareOf(1, 1000), shareOf(999, 1000), shareOf(5, 5), shareOf(0, 0)]).toEqual([
    0, 1, 99, 100, 0,
  ]);
});
