import { expect, test } from "vitest";
import { browserIn } from "./browser";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

test.each([
  [CHROME, "Chrome · Linux"],
  [`${CHROME} Edg/141.0`, "Edge · Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari · iOS",
  ],
  ["curl/7.88.1", "curl"],
  ["", ""],
])("%s", (agent, shown) => {
  expect(browserIn(agent)).toBe(shown);
});
