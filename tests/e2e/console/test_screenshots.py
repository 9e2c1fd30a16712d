"""Takes the pictures of docs/screenshots: every page and dialog, light and dark, in both languages; and a recording.

Only with SCREENSHOTS=1 (`make screenshots`): they are looked at by people, and change with every pixel.
"""

import io
import os
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, digit_of, digits
from tests.e2e.console.house import House
from tests.e2e.console.pages import EMPTY, SIGNED_OUT, invited, limits_of, places_of
from tests.e2e.console.people import Account, People, Person
from tests.e2e.console.places import Place
from tests.support.waiting import eventually

from labelstream import AsyncClient

# `complete` alone is true of an image that has not been given its address yet. One that cannot be read has no width.
WITHOUT_PICTURE = """
() => [...document.images].filter((image) => {
  const { top, bottom, left, right, width } = image.getBoundingClientRect();
  const seen = width > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const isThere = image.complete && (image.naturalWidth > 0 || image.closest("[aria-label*='broken.png']"));
  return seen && image.checkVisibility() && !isThere;
}).map((image) => image.alt || image.src)
"""
FOLDER = Path(__file__).parents[3] / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 800
NARROW = 640
IN_NARROW = ("jobs", "labeling", "labeling-preview", "labels", "overview", "dataset")

pytestmark = [
    pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="pictures are taken with `make screenshots` only"),
    pytest.mark.timeout(900),
]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_page_is_photographed(
    people: People, client: AsyncClient, admin: Account, house: House, language: str
) -> None:
    await client.call("PATCH", "/me/preferences", dict, body={"language": language})
    try:
        person = await people.sign_in(admin, width=WIDTH, height=HEIGHT)
        person.watch.expected |= {404}
        await person.go("/")
        await expect(person.page.locator(f"html[lang={language}]")).to_be_attached()
        await photograph(person, places_of(house), language)
    finally:
        await client.call("PATCH", "/me/preferences", dict, body={"language": "en"})


async def test_the_pages_before_the_sign_in_are_photographed(people: People, house: House) -> None:
    await photograph(await people.stranger(width=WIDTH, height=HEIGHT), [*SIGNED_OUT, invited(house)], "en")


async def test_empty_pages_odd_content_and_narrow_windows_are_photographed(
    people: People, admin: Account, newcomer: Account, house: House
) -> None:
    await photograph(await people.sign_in(newcomer, width=WIDTH, height=HEIGHT), EMPTY, "en")
    person = await people.sign_in(admin, width=WIDTH, height=HEIGHT)
    person.watch.expected |= {404, 422}
    await photograph(person, limits_of(house), "en")
    await person.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    narrow = [replace(place, name=f"narrow-{place.name}") for place in places_of(house) if place.name in IN_NARROW]
    await photograph(person, narrow, "en")


async def test_labeling_with_keys_is_recorded(people: People, gallery: Gallery, admin: Account) -> None:
    dataset_id, bucket = await gallery.dataset("Handwritten digits", digits(150))
    job = await gallery.job(dataset_id, f"Digits {secrets.token_hex(2)}", DIGITS, bucket)
    desk = await Desk(await people.sign_in(admin, width=1120, height=700), job).open()
    page, frames = desk.page, Frames()
    paths = await desk.paths()
    await pictures_there(page)
    await frames.take(page, 900)
    # Select by keys, one label for all of them.
    for step in range(4):
        await page.keyboard.press("ArrowRight" if step == 0 else "Shift+ArrowRight")
        if step == 0:
            await page.keyboard.press("Space")
        await frames.take(page, 280)
    await page.keyboard.press("3")
    await frames.take(page, 900)
    await page.keyboard.press("Control+z")
    await expect(desk.tile(paths[0])).to_be_visible()
    await frames.take(page, 900)
    # One by one, in focus, which begins with the image under the cursor.
    await page.keyboard.press("Home")
    await page.keyboard.press("f")
    await expect(page.get_by_text("1 of")).to_be_visible()
    await frames.take(page, 700)
    for path in paths[:9]:
        await page.keyboard.press(digit_of(path))
        await page.wait_for_timeout(120)
        await frames.take(page, 420)
    await page.keyboard.press("g")
    await page.wait_for_timeout(400)
    await frames.take(page, 1400)
    frames.save(FOLDER / "labeling.webp")


class Frames:
    """The pictures of a recording, each with how long it is shown, in milliseconds."""

    def __init__(self) -> None:
        self._pictures: list[Image.Image] = []
        self._shown: list[int] = []

    async def take(self, page: Page, shown: int) -> None:
        self._pictures.append(Image.open(io.BytesIO(await page.screenshot())).convert("RGB"))
        self._shown.append(shown)

    def save(self, path: Path) -> None:
        first, *others = self._pictures
        first.save(path, save_all=True, append_images=others, duration=self._shown, loop=0, quality=60, method=4)


async def photograph(person: Person, places: list[Place], language: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    for place in places:
        await place.visit(person.page, person.url)
        await pictures_there(person.page)
        for theme in ("light", "dark"):
            await person.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            picture = Image.open(io.BytesIO(await person.page.screenshot(animations="disabled")))
            picture.convert("RGB").save(FOLDER / f"{place.name}-{theme}-{language}.webp", quality=72, method=4)
        await person.page.emulate_media(color_scheme="light")


async def pictures_there(page: Page) -> None:
    """Every image in sight has its picture, and nothing moves any more."""

    async def loaded() -> None:
        assert await page.evaluate(WITHOUT_PICTURE) == []

    # Not `wait_for_function`: it evaluates text in the page, which the Content-Security-Policy forbids.
    await eventually(loaded)
    await page.wait_for_timeout(250)
