"""What axe-core finds on a page as it is."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[3] / "console" / "node_modules" / "axe-core" / "axe.min.js"


async def axe(page: Page) -> list[str]:
    """Everything that axe-core finds, each with the elements that it found."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
        # A menu floats above all landmarks.
        if not (violation["id"] == "region" and node["html"].startswith("<div data-radix-popper"))
    ]
