import { expect, test } from "vitest";
import { shownKeys } from "./shown-keys";

test("keys are called as they are on the person's keyboard", () => {
  expect(shownKeys("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(shownKeys("Mod+A", true)).toBe("⌘+A");
  expect(shownKeys("Space", true)).toBe("Space");
  expect(shownKeys("Escape", false)).toBe("Esc");
  expect(shownKeys("Shift+Escape", false)).toBe("Shift+Esc");
});
