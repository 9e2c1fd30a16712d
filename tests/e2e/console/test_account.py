"""What a person chooses is theirs in every browser."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from playwright.async_api import Page, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Job
from tests.e2e.console.people import Account, People


def kept(page: Page) -> AbstractAsyncContextManager[Any]:
    """What is chosen meanwhile has reached the account at the end."""
    return page.expect_response(lambda answer: answer.request.method == "PATCH" and "/me/preferences" in answer.url)


async def test_keys_and_page_size_follow_the_account(people: People, admin: Account, job: Job) -> None:
    here = Desk(await people.sign_in(admin), job)
    await here.open()
    async with kept(here.page):
        await here.page.get_by_role("combobox", name="Images a page").select_option("50")
    await expect(here.page.get_by_text("of 3", exact=True)).to_be_visible()
    await here.page.keyboard.press("?")
    focus = here.dialog.get_by_role("button", name="Change the key of “Focus”")
    await focus.click()
    async with kept(here.page):
        await here.page.keyboard.press("v")
    await expect(focus).to_contain_text("V")

    there = Desk(await people.sign_in(admin), job)
    await there.open()
    await expect(there.page.get_by_text("of 3", exact=True)).to_be_visible()
    await there.page.keyboard.press("v")
    await expect(there.page.get_by_text("1 of 100")).to_be_visible()
    await there.page.keyboard.press("Escape")
    await there.page.keyboard.press("?")
    async with kept(there.page):
        await there.button("Reset all keys").click()
    await there.page.keyboard.press("Escape")
    async with kept(there.page):
        await there.page.get_by_role("combobox", name="Images a page").select_option("100")


async def test_with_several_labels_a_key_stays_and_enter_goes_on(people: People, admin: Account, job: Job) -> None:
    desk = Desk(await people.sign_in(admin), job)
    await desk.open(mode="focus")
    await expect(desk.page.get_by_text("1 of 120")).to_be_visible()
    several = desk.page.get_by_role("checkbox", name="Several labels")
    async with kept(desk.page):
        await several.check()
    await desk.page.keyboard.press("1")
    keyed = desk.page.get_by_role("main").get_by_role("group", name="All labels")
    await keyed.get_by_role("button", name="2").click()
    given = desk.page.get_by_role("list", name="Labels of this image").get_by_role("listitem")
    await expect(given).to_have_count(2)
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_text("2 of 120")).to_be_visible()
    async with kept(desk.page):
        await several.uncheck()
    await desk.page.keyboard.press("3")
    await expect(desk.page.get_by_text("3 of 120")).to_be_visible()
