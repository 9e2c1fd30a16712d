"""Odd content: the longest label, ten thousand labels, images of every shape. It has to work, and to look right."""

import re
import secrets

from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job, digits
from tests.e2e.console.house import ARABIC, LONGEST, ODD
from tests.e2e.console.people import Person

from labelstream import AsyncClient


async def test_images_of_every_shape_are_shown_whole_and_a_broken_one_says_so(ada: Person, gallery: Gallery) -> None:
    dataset_id, bucket = await gallery.dataset("Odd images", ODD)
    job = await gallery.job(dataset_id, f"Odd {secrets.token_hex(3)}", bucket=bucket)
    ada.watch.expected |= {404, 422}
    desk = await Desk(ada, job).open(status="all")
    await expect(desk.tiles).to_have_count(len(ODD))
    for path in ODD:
        await expect(desk.tile(path)).to_be_visible()
        if path == "broken.png":
            says_so = re.compile("This image cannot be shown|Unreadable")  # before its inspection and after it
            await expect(desk.tile(path).get_by_label(says_so)).to_be_visible()
        else:
            await expect(desk.tile(path).locator("img")).not_to_have_js_property("naturalWidth", 0)
    await no_overflow(desk)
    for path in ("portrait.png", "panorama.png", "point.png", "🍎 fruit/🍐 été 中文.png"):
        await desk.tile(path).locator("img").click()
        shown = desk.dialog.get_by_role("img", name=path.rpartition("/")[2])
        await expect(shown).not_to_have_js_property("naturalWidth", 0)
        await desk.page.keyboard.press("Escape")
    await desk.choose("🍎 fruit/🍐 été 中文.png")
    await desk.give("apple")
    await gallery.expect_labels(job, {"🍎 fruit/🍐 été 中文.png": ["apple"]})


async def test_the_longest_label_and_one_from_right_to_left_fit(ada: Person, gallery: Gallery, job: Job) -> None:
    assert len(LONGEST) == 1024
    desk = await Desk(ada, job).open(status="all")
    one, two = (await desk.paths())[:2]
    await desk.choose(one)
    await desk.give(LONGEST)
    await desk.choose(two)
    await desk.give(ARABIC)
    await desk.expect_saved()
    await gallery.expect_labels(job, {one: [LONGEST], two: [ARABIC]})
    await desk.choose(one, two)
    await expect(desk.selected_label(ARABIC)).to_be_visible()
    assert await desk.tile(two).locator("bdi").first.evaluate("(text) => getComputedStyle(text).direction") == "rtl"
    await no_overflow(desk)
    await ada.go(f"/jobs/{job.id}/labels")
    await expect(desk.listed_label(ARABIC)).to_be_visible()
    await no_overflow(desk)
    await ada.go(f"/jobs/{job.id}/overview")
    await expect(ada.page.get_by_role("heading", name="By label")).to_be_visible()
    await no_overflow(desk)


async def test_two_hundred_labels_on_an_image_are_all_there(
    ada: Person, client: AsyncClient, gallery: Gallery, job: Job
) -> None:
    samples = await gallery.samples(job)
    path = min(samples)
    await client.annotations.apply(job.id, [samples[path]], add=[f"label-{number:03}" for number in range(200)])
    desk = await Desk(ada, job).open(status="labeled")
    await expect(desk.tile(path)).to_contain_text("label-000")
    await no_overflow(desk)
    await desk.choose(path)
    await expect(desk.selected_label("label-199")).to_be_attached()
    await desk.tile(path).locator("img").click()
    await expect(desk.dialog.get_by_role("button", name="Take label-199 off this image")).to_be_attached()
    # The image is still to be seen above them.
    picture = await desk.dialog.get_by_role("img").first.bounding_box()
    assert picture is not None
    assert picture["height"] > 100
    await no_overflow(desk)


async def test_ten_thousand_labels_are_searched_and_given(ada: Person, client: AsyncClient, gallery: Gallery) -> None:
    dataset_id, bucket = await gallery.dataset("Many labels", digits(4))
    names = [f"species-{number:05}" for number in range(10_000)]
    job = await gallery.job(dataset_id, f"Species {secrets.token_hex(3)}", names, bucket)
    desk = await Desk(ada, job).open()
    path = (await desk.paths())[0]
    await desk.choose(path)
    await desk.page.get_by_role("combobox", name="Label").fill("species")
    for _ in range(25):
        await desk.page.keyboard.press("ArrowDown")
    # The list is longer than its window, which follows the arrows.
    chosen = desk.page.get_by_role("listbox").locator("[aria-selected=true]")
    await expect(chosen).to_be_in_viewport(ratio=1)
    await desk.page.get_by_role("combobox", name="Label").fill("09876")
    await desk.page.get_by_role("option", name="species-09876").click()
    await desk.button("OK").click()
    await gallery.expect_labels(job, {path: ["species-09876"]})
    await desk.page.get_by_role("searchbox", name="Search labels").fill("09876")
    await expect(desk.listed_label("species-09876")).to_contain_text("1")
    await ada.go(f"/jobs/{job.id}/labels")
    await expect(ada.page.get_by_text("10,000 of 10,000 labels")).to_be_visible()
    await ada.page.get_by_role("searchbox", name="Search labels").fill("09876")
    await expect(desk.listed_label("species-09876")).to_be_visible()


async def no_overflow(desk: Desk) -> None:
    """The page is as wide as the window, and no part of it sticks out."""
    wide: int = await desk.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page is {wide} pixels too wide"
