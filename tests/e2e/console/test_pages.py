"""What holds on every page and dialog: axe finds nothing, light or dark, and nothing is cut off on any screen."""

import gzip

import pytest
from playwright.async_api import ViewportSize, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Job
from tests.e2e.console.pages import SIGNED_OUT, Place, places_of
from tests.e2e.console.people import People, Person
from tests.e2e.console.soundness import axe

SMALLEST = ViewportSize(width=1280, height=800)
ZOOMED = ViewportSize(width=640, height=400)
"""The smallest screen, enlarged to 200 %."""
LARGEST = ViewportSize(width=3840, height=2160)
MOST_OF_THE_LABELING_PAGE = 250_000


@pytest.mark.timeout(900)
async def test_every_page_is_accessible_and_fits_the_window(ada: Person, furnished: Job) -> None:
    ada.watch.expected |= {404}
    await expect_sound(ada, places_of(furnished))


async def test_every_page_before_the_sign_in_is_accessible_and_fits_the_window(people: People) -> None:
    await expect_sound(await people.stranger(), SIGNED_OUT)


async def test_the_labeling_page_stays_small(ada: Person, furnished: Job) -> None:
    """What is loaded until the images are there, as it travels: compressed."""
    await Desk(ada, furnished).open()
    await expect(ada.page.locator("[data-item] img").first).to_be_visible()
    loaded = list(ada.watch.bodies)
    size = sum([len(gzip.compress(await response.body())) for response in loaded])
    assert loaded
    assert size <= MOST_OF_THE_LABELING_PAGE


async def expect_sound(person: Person, places: list[Place]) -> None:
    faults: list[str] = []
    page = person.page
    for place in places:
        await page.set_viewport_size(SMALLEST)
        await place.visit(page, person.url)
        faults += [f"{place.name}, light: {fault}" for fault in await axe(page)]
        await page.emulate_media(color_scheme="dark")
        faults += [f"{place.name}, dark: {fault}" for fault in await axe(page)]
        await page.emulate_media(color_scheme="light")
        for size in (SMALLEST, ZOOMED, LARGEST):
            await page.set_viewport_size(size)
            wide: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                faults.append(f"{place.name}: {wide} pixels wider than {size['width']}")
    assert not faults, "\n".join(faults)
