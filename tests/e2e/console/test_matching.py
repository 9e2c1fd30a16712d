"""*Select all that match*, and jumping to a page."""

import asyncio
import re

from playwright.async_api import Route, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, Job, digits
from tests.e2e.console.people import Account, People


async def test_all_that_match_are_deleted_by_their_number(people: People, admin: Account, gallery: Gallery) -> None:
    dataset_id, bucket = await gallery.dataset("Digits to delete", digits(120))
    job = await gallery.job(dataset_id, "Deleting all that match", DIGITS, bucket)
    desk = Desk(await people.sign_in(admin), job)
    await desk.open(size="50", path="-3.png")
    matching = sum(path.endswith("-3.png") for path in digits(120))
    await desk.button(f"Select all {matching} that match").click()
    await desk.button("Delete").click()
    await desk.dialog.get_by_role("textbox", name=f"Type {matching} to confirm").fill(str(matching))
    await desk.dialog.get_by_role("button", name="Yes, delete").click()
    await expect(desk.dialog).to_have_count(0)
    await desk.open()
    await desk.expect_counts(all=120 - matching)


async def test_unticking_one_of_all_that_match_leaves_only_what_is_ticked(
    people: People, admin: Account, gallery: Gallery, job: Job
) -> None:
    desk = await Desk(await people.sign_in(admin), job).open()
    first, second, *_ = await desk.paths()
    await desk.button("Select all 120 that match").click()
    await expect(desk.page.get_by_text("All 120 that match", exact=True)).to_be_visible()
    await desk.box(first).click()
    await expect(desk.page.get_by_text("99 selected")).to_be_visible()
    await desk.button("Select all 120 that match").click()
    await desk.tile(second).click(modifiers=["Control"])
    await expect(desk.page.get_by_text("99 selected")).to_be_visible()
    await desk.page.keyboard.press("5")
    await desk.expect_counts(labeled=99, unlabeled=21)
    await gallery.expect_labels(job, {first: ["5"], second: []})


async def test_a_change_of_all_that_match_is_undone_although_its_dialog_was_closed(
    people: People, admin: Account, job: Job
) -> None:
    desk = await Desk(await people.sign_in(admin), job).open()
    closed = asyncio.Event()

    async def held(route: Route) -> None:
        await closed.wait()
        await route.continue_()

    await desk.page.route("**/api/v1/operations/*", held)
    await desk.button("Select all 120 that match").click()
    await desk.page.keyboard.press("3")
    await desk.dialog.get_by_role("button", name="Change 120 images").click()
    await desk.dialog.get_by_role("contentinfo").get_by_role("button", name="Close").click()
    await expect(desk.dialog).to_have_count(0)
    closed.set()
    await desk.expect_counts(labeled=120, unlabeled=0)
    await desk.page.get_by_role("button", name="Undo").click()
    await desk.expect_counts(labeled=0, unlabeled=120)


async def test_the_page_box_jumps_to_where_turning_pages_leads(
    people: People, admin: Account, gallery: Gallery, shared_digits: tuple[str, str]
) -> None:
    job = await gallery.job(shared_digits[0], "Jumping", DIGITS, shared_digits[1])
    desk = Desk(await people.sign_in(admin), job)
    await desk.open(size="50")
    await desk.button("Next page").click()
    await desk.button("Next page").click()
    await expect(desk.tiles).to_have_count(20)
    turned = await desk.paths()
    for sort, jump in (("added", "offset=100"), ("path", "limit=100")):
        await desk.open(size="50", sort=sort)
        async with desk.page.expect_response(re.compile(rf"/items\?.*{jump}")):
            await desk.page.get_by_role("textbox", name="Go to page").fill("3")
            await desk.page.keyboard.press("Enter")
        await expect(desk.tiles).to_have_count(20)
        assert await desk.paths() == turned
    box = desk.page.get_by_role("textbox", name="Go to page")
    await box.fill("")
    await box.blur()
    await expect(box).to_have_value("3")
    await expect(desk.tiles).to_have_count(20)


async def test_a_page_beyond_the_end_leads_back(people: People, admin: Account, gallery: Gallery) -> None:
    dataset_id, bucket = await gallery.dataset("Few digits", digits(20))
    job = await gallery.job(dataset_id, "Beyond the end", DIGITS, bucket)
    desk = Desk(await people.sign_in(admin), job)
    await desk.person.go(f"/jobs/{job.id}?page=9")
    await desk.button("Go to the first page").click()
    await expect(desk.tiles).to_have_count(20)
