"""How a page of the console, or a dialog on it, is come to."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.async_api import Page, expect

TEXTS = Path(__file__).parents[3] / "console" / "src" / "text"
Step = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A page, and what is done on it to see what is meant. `shown` is on it when it is there."""

    name: str
    path: str
    shown: str
    then: Step | None = None

    async def visit(self, page: Page, url: str) -> None:
        await page.goto(url + self.path)
        await expect(page.locator(self.shown).first).to_be_visible()
        await expect(page.locator("h1").first).to_be_attached()
        if self.then is not None:
            await self.then(page)
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)


def click(*names: str) -> Step:
    """Buttons, one after the other; then a dialog or a menu is open. A name after `>` is that of a menu's item."""

    async def clicked(page: Page) -> None:
        for name in names:
            spoken = await in_its_language(page, name.removeprefix("> "))
            found = page.get_by_role("menuitem" if name.startswith("> ") else "button", name=spoken)
            await found.first.click()
        await expect(page.locator("[role=dialog], [role=menu]").first).to_be_visible()

    return clicked


async def in_its_language(page: Page, name: str) -> str | re.Pattern[str]:
    chinese = await page.evaluate("document.documentElement.lang") == "zh"
    return in_chinese(name) if chinese else name


@cache
def in_chinese(name: str) -> str | re.Pattern[str]:
    """What a button of this English name is called in Chinese; `More for` stands for `More for {name}`."""
    english, chinese = (json.loads((TEXTS / f"{language}.json").read_text()) for language in ("en", "zh"))
    for key, text in english.items():
        if text == name:
            return str(chinese[key])
    for key, text in english.items():
        if text.startswith(f"{name} {{"):
            return re.compile(".*".join(re.escape(part) for part in re.split(r"\{\w+\}", chinese[key])))
    verb, _, rest = name.partition(" ")
    for key, text in english.items():
        # `Delete Archive` is a `Delete {name}`.
        if rest and re.fullmatch(rf"{verb} \{{\w+\}}", text):
            return str(re.sub(r"\{\w+\}", lambda _: rest, chinese[key]))
    return name
