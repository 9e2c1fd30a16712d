"""What is wrong with a page as it is: what axe-core finds, and what lies above something else."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[3] / "console" / "node_modules" / "axe-core" / "axe.min.js"

KNOWN = [
    ("region", "<div data-radix-popper"),  # a menu floats above all landmarks
]
"""Rules of axe-core and the elements that may break them."""


COLORS = ("color-contrast", "link-in-text-block")
"""Rules of axe-core that a theme can break: of the other theme, nothing else has to be asked again."""


async def axe(page: Page, *rules: str) -> list[str]:
    """Everything that axe-core finds, each with the elements that it found; or what breaks these rules."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    # It would fetch the styles once more, which cannot be done without a network.
    options = {"preload": False, "resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = await page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
        if not any(violation["id"] == rule and node["html"].startswith(element) for rule, element in KNOWN)
        and not (violation["id"] == "label-content-name-mismatch" and await _is_arabic(page, node["target"][0]))
    ]


async def _is_arabic(page: Page, selector: str) -> bool:
    """axe-core takes joined letters for an icon and leaves them out of what is seen, so the name seems to have more."""
    return re.search("[\u0600-\u06ff]", await page.locator(selector).inner_text()) is not None


async def expect_accessible(page: Page) -> None:
    """As it is now, light and dark: for what only comes up in a story."""
    await page.emulate_media(color_scheme="dark")
    dark = await axe(page, *COLORS)
    await page.emulate_media(color_scheme="light")
    faults = [*(f"dark: {fault}" for fault in dark), *(f"light: {fault}" for fault in await axe(page))]
    assert not faults, "\n".join(faults)


OVERLAPPING = """
() => {
  const layerOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      if (["absolute", "fixed", "sticky"].includes(getComputedStyle(each).position)) return each;
    }
    return null;
  };
  const seenOf = (element) => {
    const seen = element.getBoundingClientRect().toJSON();
    for (let each = element.parentElement; each; each = each.parentElement) {
      if (getComputedStyle(each).overflow === "visible") continue;
      const frame = each.getBoundingClientRect();
      seen.left = Math.max(seen.left, frame.left);
      seen.top = Math.max(seen.top, frame.top);
      seen.right = Math.min(seen.right, frame.right);
      seen.bottom = Math.min(seen.bottom, frame.bottom);
    }
    return seen;
  };
  const asked = "a[href], button, input, select, textarea, label, output, h1, h2, th, kbd";
  const found = [...document.querySelectorAll(asked)]
    .map((element) => ({ element, layer: layerOf(element), seen: seenOf(element) }))
    .filter(({ seen }) => seen.right - seen.left > 2 && seen.bottom - seen.top > 2);
  const told = ({ element }) => element.outerHTML.slice(0, 120);
  const faults = [];
  found.forEach((one, place) => found.slice(place + 1).forEach((other) => {
    if (one.layer !== other.layer || one.element.contains(other.element) || other.element.contains(one.element)) return;
    const wide = Math.min(one.seen.right, other.seen.right) - Math.max(one.seen.left, other.seen.left);
    const high = Math.min(one.seen.bottom, other.seen.bottom) - Math.max(one.seen.top, other.seen.top);
    if (wide > 1.5 && high > 1.5) faults.push(`${told(one)} lies above ${told(other)}`);
  }));
  return faults;
}
"""
"""What can be used, or heads something, and is covered by another such thing of its layer, as far as both are seen."""


async def overlapping(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(OVERLAPPING)
    return found[:10]
