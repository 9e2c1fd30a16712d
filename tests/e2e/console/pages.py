"""Every page of the console, and every dialog that can be opened on it: for what must hold on all of them."""

import re

from playwright.async_api import Page, expect
from tests.e2e.console.house import House
from tests.e2e.console.places import Place, click


async def with_selection(page: Page) -> None:
    for box in (await page.locator("[data-item] input[type=checkbox]").all())[:3]:
        await box.click()


async def with_labels(page: Page) -> None:
    await expect(page.get_by_role("button", name="species-00000")).to_be_visible()


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


async def changing_many(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("that match$|匹配图片$")).click()
    await page.keyboard.press("7")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def with_brush(page: Page) -> None:
    await expect(page.get_by_text(re.compile("Choose a label: each image|选择一个标签"))).to_be_visible()


async def at_the_end(page: Page) -> None:
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(re.compile("That was the last one|已是最后一张"))).to_be_visible()


async def known_answers(page: Page) -> None:
    await with_selection(page)
    await page.get_by_role("button", name=re.compile("known answers…|已知答案…")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def assigning(page: Page) -> None:
    await with_selection(page)
    await click("Assign to…")(page)


async def looking_at_a_sample(page: Page) -> None:
    await page.locator("[data-sample]").first.click()
    await expect(page.get_by_role("dialog").get_by_role("img").first).to_be_visible()


async def synchronized(page: Page) -> None:
    await click("Synchronize New Data")(page)
    await expect(page.get_by_role("dialog").locator("dl")).to_be_visible()


TILE = "[data-item] img"
PICTURE = "img[alt]:not([alt=''])"


def places_of(house: House) -> list[Place]:
    """What a signed-in administrator can open."""
    return [*_around_the_job(house), *_around_the_dataset(house), *_for_administrators(house)]


def _around_the_job(house: House) -> list[Place]:
    desk, dealt = f"/jobs/{house.job.id}", f"/jobs/{house.dealt.id}"
    return [
        Place("jobs", "/", "table"),
        Place("jobs-create", "/", "table", click("Create Labeling Job")),
        Place("jobs-menu", "/", "table", click("More for")),
        Place("jobs-delete", "/", "table", click("More for", "> Delete")),
        Place("labeling", desk, TILE),
        Place("labeling-selected", f"{desk}?status=labeled", TILE, with_selection),
        Place("labeling-rejecting", f"{desk}?status=labeled", TILE, rejecting),
        Place("labeling-brush", f"{desk}?mode=brush", TILE, with_brush),
        Place("labeling-focus", f"{desk}?mode=focus", PICTURE),
        Place("labeling-focus-end", f"{desk}?mode=focus&status=all&path=0001", PICTURE, at_the_end),
        Place("labeling-many", f"{desk}?status=all", TILE, changing_many),
        Place("labeling-known", dealt, TILE, known_answers),
        Place("labeling-assign", dealt, TILE, assigning),
        Place("labeling-preview", f"{desk}?status=labeled", TILE, previewing),
        Place("labeling-filter", f"{desk}?status=all", TILE, click("Filter criteria")),
        Place("labeling-keys", desk, TILE, click("Keys")),
        Place("labeling-delete", desk, TILE, deleting),
        Place("labeling-add", desk, TILE, click("Add data")),
        Place("labeling-add-data", desk, TILE, click("Add data", "> Add data")),
        Place("labeling-records", desk, TILE, click("Add data", "> View historical records")),
        Place("labeling-synchronize", desk, TILE, synchronized),
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
        Place("acceptance-judging", f"{dealt}/acceptance", "main ul img"),
        Place("acceptance-finish", f"{dealt}/acceptance", "main ul img", click("Finish")),
        Place("quality", f"{desk}/quality", "main h2"),
        Place("job-audit", f"{desk}/audit", "main table"),
    ]


def _around_the_dataset(house: House) -> list[Place]:
    dataset, other = f"/datasets/{house.job.dataset_id}", f"/datasets/{house.odd.dataset_id}"
    return [
        Place("datasets", "/datasets", "table"),
        Place("datasets-create", "/datasets", "table", click("Create dataset")),
        Place("dataset", dataset, "[data-sample] img"),
        Place("dataset-preview", dataset, "[data-sample] img", looking_at_a_sample),
        Place("dataset-add", dataset, "[data-sample] img", click("Add data", "> Add data")),
        Place("dataset-records", dataset, "[data-sample] img", click("Add data", "> View historical records")),
        Place("dataset-trash", other, "[data-sample] img", click("Add data", "> Trash")),
        Place("dataset-edit", dataset, "[data-sample] img", click("More for", "> Edit dataset")),
        Place("dataset-delete", dataset, "[data-sample] img", click("More for", "> Delete")),
        Place("inspection", f"{other}/inspection", "main table"),
        Place("versions", f"{dataset}/versions", "main table"),
        Place("versions-empty", f"{other}/versions", "main h2"),
        Place("versions-publish", f"{dataset}/versions", "main table", click("Publish version")),
        Place("versions-export", f"{dataset}/versions", "main table", click("Export V002")),
        Place("versions-delete", f"{dataset}/versions", "main table", click("Delete V001")),
    ]


def _for_administrators(house: House) -> list[Place]:
    team = f"/teams/{house.team_id}"
    return [
        Place("teams", "/teams", "main table"),
        Place("teams-create", "/teams", "main table", click("Create team")),
        Place("team", team, "main table"),
        Place("team-add", team, "main table", click("Add Member")),
        Place("team-modify", team, "main table", click("Modify")),
        Place("team-delete", team, "main table", click("Delete")),
        Place("accounts", "/accounts", "table"),
        Place("accounts-create", "/accounts", "table", click("Create account")),
        Place("accounts-modify", "/accounts", "table", click("Modify Ben Okri")),
        Place("accounts-disable", "/accounts", "table", click("Disable Ben Okri")),
        Place("sources", "/sources", "table"),
        Place("sources-modify", "/sources", "table", click("Modify")),
        Place("sources-test", "/sources", "table", click("Test")),
        Place("sources-grant", "/sources", "table", click("Who may use")),
        Place("sources-add", "/sources", "table", click("Add object store")),
        Place("operations", "/operations", "table"),
        Place("audit", "/audit", "main table"),
        Place("mailbox", "/mailbox", "main h2, main table"),
        Place("profile", "/profile", "h2"),
        Place("profile-key", "/profile", "h2", click("Create API key")),
        Place("not-found", "/nowhere", "main h1"),
    ]


def limits_of(house: House) -> list[Place]:
    """Odd content: it has to fit, and to be read."""
    odd, many, dataset = f"/jobs/{house.odd.id}", f"/jobs/{house.many.id}", f"/datasets/{house.odd.dataset_id}"
    return [
        Place("limits-labeling", f"{odd}?status=all", TILE),
        Place("limits-selected", f"{odd}?status=labeled", TILE, with_selection),
        Place("limits-preview", f"{odd}?status=labeled", TILE, previewing),
        Place("limits-focus", f"{odd}?mode=focus&status=all", "main [role=group][aria-label]"),  # readable or not
        Place("limits-unreadable", f"{odd}?status=all&state=unreadable", "[data-item]"),
        Place("limits-labels", f"{odd}/labels", "[data-label-row]"),
        Place("limits-overview", f"{odd}/overview", "h2"),
        Place("limits-dataset", dataset, "[data-sample] img"),
        Place("limits-many-labels", many, TILE, with_labels),
        Place("limits-many-managed", f"{many}/labels", "[data-label-row]"),
    ]


EMPTY = [
    Place("empty-jobs", "/", "main h2"),
    Place("empty-datasets", "/datasets", "main h2"),
    Place("empty-teams", "/teams", "main h2"),
    Place("empty-operations", "/operations", "main h2"),
]
"""What a member finds on a platform on which they have begun nothing."""

SIGNED_OUT = [
    Place("sign-in", "/sign-in", "form"),
    Place("password-reset", "/password-reset", "form"),
    Place("password-by-link", "/password-reset/none", "form"),
    Place("email-change", "/email-change/none", "form"),
]


def invited(house: House) -> Place:
    return Place("invitation", house.invitation, "form")
