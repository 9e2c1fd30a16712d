"""Whoever uses the mouse goes on with the keys: what was clicked does not keep them."""

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from typing import Any

from playwright.async_api import Locator, Page, Route, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job, digits
from tests.e2e.console.people import Person
from tests.e2e.console.soundness import expect_accessible

from labelstream import AsyncClient

CLOSED = "This job is completed; its labels cannot be changed."


async def test_keys_act_on_the_images_after_a_click_on_a_box_a_list_or_the_slider(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    first, second, *_ = await desk.paths()
    keyboard = desk.page.keyboard
    await desk.choose(first)
    await expect(desk.box(first)).to_be_checked()
    await keyboard.press("ArrowRight")
    await keyboard.press("Space")
    await expect(desk.box(first)).to_be_checked()
    await expect(desk.box(second)).to_be_checked()

    slider = desk.page.get_by_role("slider", name="Thumbnail size")
    usual = await slider.input_value()
    async with _kept(desk.page):
        await _drag_a_little(slider)
    await keyboard.press("Escape")
    await expect(desk.page.get_by_text("0 selected")).to_be_visible()
    # The account keeps it, and is that of other tests, too.
    async with _kept(desk.page):
        await slider.fill(usual)

    await desk.choose(first)
    order = desk.page.get_by_role("combobox", name="Sort by")
    await order.click()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(order).to_have_value("-added")
    await keyboard.press("Control+a")
    await expect(desk.page.get_by_text("100 selected")).to_be_visible()
    await expect(order).to_have_value("-added")


async def test_keys_do_not_reach_the_images_behind_what_is_open(
    ada: Person, gallery: Gallery, job: Job, client: AsyncClient
) -> None:
    desk = await Desk(ada, job).open(status="all")
    first, second, *_ = await desk.paths()
    await desk.choose(first)
    await desk.page.keyboard.press("1")
    await gallery.expect_labels(job, {first: ["1"]})
    await desk.choose(second)
    await desk.button("History").click()
    await expect(desk.dialog).to_be_visible()
    await desk.page.keyboard.press("5")
    await desk.page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await desk.page.keyboard.press("6")
    await gallery.expect_labels(job, {second: ["6"]})
    assert (await client.items.stats(job.id)).labeled == 2


async def test_a_completed_job_takes_no_labels_by_keys(ada: Person, job: Job, client: AsyncClient) -> None:
    await client.jobs.complete(job.id)
    desk = await Desk(ada, job).open(status="all")
    path = (await desk.paths())[0]
    await desk.choose(path)
    await desk.page.keyboard.press("1")
    await desk.listed_label("2").click()
    # Any of both would have been refused, and an unexpected refusal fails the test.
    await desk.expect_saved()
    await expect(desk.tile(path)).to_contain_text("–")
    assert (await client.items.stats(job.id)).labeled == 0


async def test_a_completed_job_says_why_its_labels_cannot_be_changed(
    ada: Person, gallery: Gallery, job: Job, client: AsyncClient
) -> None:
    samples = await gallery.samples(job)
    path = min(samples)
    await client.annotations.apply(job.id, [samples[path]], add=["1"])
    await client.jobs.complete(job.id)
    desk = await Desk(ada, job).open(status="all")
    await desk.choose(path)
    names = ("Hard example", "Change 1 on these images", "Take 1 off these images")
    for name in names:
        await expect(desk.button(name)).to_be_disabled()
        await desk.button(name).hover()
        await expect(desk.page.get_by_role("tooltip")).to_have_text(CLOSED)
        await desk.button(name).click(force=True)  # it is not disabled for the browser, so that it can be hovered
        await desk.page.mouse.move(0, 0)
    await expect(desk.page.get_by_role("textbox", name="Change 1 on these images")).to_have_count(0)
    await desk.tile(path).locator("img").click()
    await expect(desk.dialog.get_by_role("button", name="Take 1 off this image")).to_be_disabled()
    await desk.page.keyboard.press("Escape")
    await desk.expect_saved()
    assert (await gallery.labels(job))[path] == ["1"]


async def test_a_screen_reader_is_told_which_image_the_keys_are_on(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    first, second, *_ = await desk.paths()
    grid = desk.page.get_by_role("grid", name="Images")
    await expect(grid).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    for path in (first, second):
        await desk.page.keyboard.press("ArrowRight")
        await expect(grid).to_be_focused()
        tile = await desk.tile(path).get_attribute("id")
        assert tile is not None
        await expect(grid).to_have_attribute("aria-activedescendant", tile)
        await expect(desk.tile(path)).to_have_accessible_name(re.compile(re.escape(path)))
    await expect_accessible(desk.page)
    # An image that is scrolled out of sight is not on the page, and cannot be named.
    await desk.page.keyboard.press("End")
    last = await grid.get_attribute("aria-activedescendant")
    await desk.page.get_by_test_id("grid-frame").evaluate("(frame) => frame.scrollTo(0, 0)")
    await expect(desk.page.locator(f"#{last}")).to_have_count(0)
    await expect(grid).not_to_have_attribute("aria-activedescendant", re.compile(".*"))


async def test_delete_does_nothing_in_focus_where_the_selection_is_not_in_sight(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    first, *_ = await desk.paths()
    await desk.choose(first)
    await desk.page.keyboard.press("Delete")
    await expect(desk.dialog).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await desk.page.keyboard.press("f")
    await expect(desk.page.get_by_text("1 of 120")).to_be_visible()
    await desk.page.keyboard.press("Delete")
    # The next key is one for the image: with a dialog open it would not be.
    await desk.page.keyboard.press("1")
    await expect(desk.page.get_by_text("2 of 120")).to_be_visible()
    await expect(desk.dialog).to_have_count(0)


async def test_a_deletion_is_followed_and_undone_after_its_dialog_was_closed(
    ada: Person, gallery: Gallery, client: AsyncClient
) -> None:
    dataset_id, bucket = await gallery.dataset("Deleted behind", digits(6))
    job = await gallery.job(dataset_id, "Deleted behind", ["cat"], bucket)
    desk = await Desk(ada, job).open(status="all")
    first, *_ = await desk.paths()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await desk.page.route("**/api/v1/operations/**", hold)
    await desk.choose(first)
    await desk.button("Delete").click()
    await desk.dialog.get_by_role("textbox", name="Type 1 to confirm").fill("1")
    await desk.dialog.get_by_role("button", name="Yes, delete").click()
    await expect(desk.button("Yes, delete")).to_have_count(0)
    await desk.page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    held.set()
    await expect(desk.tile(first)).to_have_count(0)
    await desk.expect_counts(all=5)
    await desk.button("Undo Ctrl Z").click()
    await expect(desk.tile(first)).to_be_visible()
    await desk.expect_counts(all=6)


async def test_the_keys_are_the_pages_again_when_a_previewed_image_is_deleted(
    ada: Person, gallery: Gallery, client: AsyncClient
) -> None:
    dataset_id, bucket = await gallery.dataset("Deleted while previewed", digits(6))
    job = await gallery.job(dataset_id, "Deleted while previewed", ["cat"], bucket)
    samples = await gallery.samples(job)
    desk = await Desk(ada, job).open(status="all")
    first, second, *_ = await desk.paths()
    # Its picture may be asked for once more.
    ada.watch.expected |= {404}
    await desk.tile(first).click()
    await expect(desk.dialog).to_be_visible()
    await client.operations.wait(await client.datasets.delete_samples(dataset_id, [samples[first]]))
    await expect(desk.dialog).to_have_count(0)
    await desk.choose(second)
    await desk.page.keyboard.press("1")
    await gallery.expect_labels(job, {second: ["cat"]})


async def test_the_arrows_go_through_the_images_of_a_dataset(ada: Person, shared_digits: tuple[str, str]) -> None:
    await ada.go(f"/datasets/{shared_digits[0]}")
    samples = ada.page.locator("[data-sample]")
    first, second = [await samples.nth(place).get_attribute("data-sample") or "" for place in (0, 1)]
    await samples.nth(0).click()
    dialog = ada.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(first)
    await ada.page.keyboard.press("ArrowRight")
    await expect(dialog).to_contain_text(second)
    await ada.page.keyboard.press("ArrowLeft")
    await expect(dialog).to_contain_text(first)


def _kept(page: Page) -> AbstractAsyncContextManager[Any]:
    """What is chosen meanwhile has reached the account at the end."""
    return page.expect_response(lambda answer: answer.request.method == "PATCH" and "/me/preferences" in answer.url)


async def _drag_a_little(slider: Locator) -> None:
    box = await slider.bounding_box()
    assert box is not None
    mouse = slider.page.mouse
    await mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await mouse.down()
    await mouse.move(box["x"] + box["width"] / 2 + 10, box["y"] + box["height"] / 2, steps=3)
    await mouse.up()
