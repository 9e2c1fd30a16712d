"""Every page of the console, and every dialog that can be opened on it: for what must hold on all of them."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.async_api import Page, expect
from tests.e2e.console.gallery import Job

TEXTS = Path(__file__).parents[3] / "console" / "src" / "text"


@dataclass(frozen=True)
class Place:
    """A page, and what is done on it to see what is meant. `shown` is on it when it is there."""

    name: str
    path: str
    shown: str
    then: Callable[[Page], Awaitable[None]] | None = None

    async def visit(self, page: Page, url: str) -> None:
        await page.goto(url + self.path)
        await expect(page.locator(self.shown).first).to_be_visible()
        if self.then is not None:
            await self.then(page)
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)


def click(*names: str) -> Callable[[Page], Awaitable[None]]:
    """Buttons, one after the other; then a dialog or a menu is open."""

    async def clicked(page: Page) -> None:
        chinese = await page.evaluate("document.documentElement.lang") == "zh"
        for name in names:
            spoken = in_chinese(name) if chinese else name
            await page.get_by_role("button", name=spoken).first.click()
        await expect(page.locator("[role=dialog], [role=menu]").first).to_be_visible()

    return clicked


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
    return name


async def with_selection(page: Page) -> None:
    for box in (await page.locator("[data-item] input[type=checkbox]").all())[:3]:
        await box.click()


async def deleting(page: Page) -> None:
    await with_selection(page)
    await click("Delete")(page)


async def rejecting(page: Page) -> None:
    await with_selection(page)
    await click("Reject…")(page)


async def previewing(page: Page) -> None:
    await page.locator("[data-item] img").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def merging(page: Page) -> None:
    for box in (await page.get_by_role("checkbox").all())[:2]:
        await box.click()
    await click("Merge")(page)


TILE = "[data-item] img"


def places_of(job: Job) -> list[Place]:
    """What a signed-in administrator can open around this job."""
    desk, dataset = f"/jobs/{job.id}", f"/datasets/{job.dataset_id}"
    return [
        Place("jobs", "/", "table"),
        Place("jobs-create", "/", "table", click("Create labeling job")),
        Place("jobs-menu", "/", "table", click("More for")),
        Place("labeling", desk, TILE),
        Place("labeling-selected", f"{desk}?status=labeled", TILE, with_selection),
        Place("labeling-rejecting", f"{desk}?status=labeled", TILE, rejecting),
        Place("labeling-brush", f"{desk}?mode=brush", TILE),
        Place("labeling-focus", f"{desk}?mode=focus", "img[alt]"),
        Place("labeling-preview", f"{desk}?status=labeled", TILE, previewing),
        Place("labeling-filter", f"{desk}?status=all", TILE, click("Filter criteria")),
        Place("labeling-keys", desk, TILE, click("Keys")),
        Place("labeling-delete", desk, TILE, deleting),
        Place("labeling-add", desk, TILE, click("Add data")),
        Place("labeling-description", desk, TILE, click("Labeling Description")),
        Place("labeling-empty", f"{desk}?path=nothing", "main h2"),
        Place("labels", f"{desk}/labels", "[data-label-row]"),
        Place("labels-new", f"{desk}/labels", "[data-label-row]", click("New label")),
        Place("labels-modify", f"{desk}/labels", "[data-label-row]", click("Modify")),
        Place("labels-delete", f"{desk}/labels", "[data-label-row]", click("Delete")),
        Place("labels-merge", f"{desk}/labels", "[data-label-row]", merging),
        Place("overview", f"{desk}/overview", "h2"),
        Place("annotators", f"{desk}/annotators", "table"),
        Place("annotators-add", f"{desk}/annotators", "table", click("Add Member")),
        Place("annotators-settings", f"{desk}/annotators", "table", click("Team settings")),
        Place("annotators-owner", f"{desk}/annotators", "table", click("Change owner")),
        Place("acceptance", f"{desk}/acceptance", "main h2, main table"),
        Place("acceptance-open", f"{desk}/acceptance", "main h2, main table", click("Open acceptance")),
        Place("quality", f"{desk}/quality", "main h2"),
        Place("job-audit", f"{desk}/audit", "main table"),
        Place("datasets", "/datasets", "table"),
        Place("datasets-create", "/datasets", "table", click("Create dataset")),
        Place("dataset", dataset, "img"),
        Place("inspection", f"{dataset}/inspection", "main nav"),
        Place("versions", f"{dataset}/versions", "main"),
        Place("versions-publish", f"{dataset}/versions", "main", click("Publish version")),
        Place("teams", "/teams", "main"),
        Place("teams-create", "/teams", "main", click("Create team")),
        Place("accounts", "/accounts", "table"),
        Place("accounts-create", "/accounts", "table", click("Create account")),
        Place("sources", "/sources", "table"),
        Place("sources-add", "/sources", "table", click("Add object store")),
        Place("operations", "/operations", "table"),
        Place("audit", "/audit", "main table"),
        Place("mailbox", "/mailbox", "main h2, main table"),
        Place("profile", "/profile", "h2"),
        Place("profile-key", "/profile", "h2", click("Create API key")),
        Place("not-found", "/nowhere", "main h1"),
    ]


SIGNED_OUT = [
    Place("sign-in", "/sign-in", "form"),
    Place("password-reset", "/password-reset", "form"),
    Place("email-change", "/email-change/none", "form"),
]
