"""What holds on every page and dialog: axe finds nothing, light or dark, and nothing is cut off on any screen."""

import gzip

import pytest
from playwright.async_api import ViewportSize, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Job
from tests.e2e.console.house import House
from tests.e2e.console.pages import EMPTY, SIGNED_OUT, invited, limits_of, places_of
from tests.e2e.console.people import Account, People, Person
from tests.e2e.console.places import Place
from tests.e2e.console.soundness import COLORS, axe, overlapping

from labelstream import AsyncClient

SMALLEST = ViewportSize(width=1280, height=800)
ENLARGED = ViewportSize(width=853, height=533)
"""The smallest screen at 150 %."""
ZOOMED = ViewportSize(width=640, height=400)
"""The smallest screen, enlarged to 200 %."""
LARGEST = ViewportSize(width=3840, height=2160)
MOST_OF_THE_LABELING_PAGE = 250_000


@pytest.mark.timeout(900)
async def test_every_page_is_accessible_and_fits_the_window(ada: Person, house: House) -> None:
    ada.watch.expected |= {404}
    await expect_sound(ada, places_of(house))


@pytest.mark.timeout(900)
async def test_odd_content_is_accessible_and_fits_the_window(ada: Person, house: House) -> None:
    ada.watch.expected |= {404, 422}
    await expect_sound(ada, limits_of(house))


async def test_every_empty_page_is_accessible_and_fits_the_window(people: People, newcomer: Account) -> None:
    await expect_sound(await people.sign_in(newcomer), EMPTY)


async def test_every_page_before_the_sign_in_is_accessible_and_fits_the_window(people: People, house: House) -> None:
    await expect_sound(await people.stranger(), [*SIGNED_OUT, invited(house)])


async def test_the_browsers_tab_names_the_page_in_the_chosen_language(
    people: People, client: AsyncClient, admin: Account, furnished: Job
) -> None:
    wanted = {
        "/datasets": "数据集",
        f"/jobs/{furnished.id}": furnished.name,
        f"/jobs/{furnished.id}/annotators": f"标注人员管理 · {furnished.name}",
        f"/datasets/{furnished.dataset_id}/versions": "版本 · Handwritten digits",
        "/nowhere": "页面不存在",
    }
    await client.call("PATCH", "/me/preferences", dict, body={"language": "zh"})
    try:
        person = await people.sign_in(admin)
        for path, title in wanted.items():
            await person.go(path)
            await expect(person.page).to_have_title(f"{title} – Labelstream")
    finally:
        await client.call("PATCH", "/me/preferences", dict, body={"language": "en"})


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
    titles: dict[str, str] = {}
    page = person.page
    for place in places:
        await page.set_viewport_size(SMALLEST)
        await place.visit(page, person.url)
        faults += [f"{place.name}, light: {fault}" for fault in await axe(page)]
        await page.emulate_media(color_scheme="dark")
        faults += [f"{place.name}, dark: {fault}" for fault in await axe(page, *COLORS)]
        await page.emulate_media(color_scheme="light")
        for size in (SMALLEST, ENLARGED, ZOOMED, LARGEST):
            await page.set_viewport_size(size)
            wide: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                faults.append(f"{place.name}: {wide} pixels wider than {size['width']}")
            if size is not LARGEST:
                faults += [f"{place.name} at {size['width']}: {fault}" for fault in await overlapping(page)]
        title = await page.title()
        if not title.removesuffix(" – Labelstream") or not title.endswith(" – Labelstream"):
            faults.append(f"{place.name}: its title says nothing: {title!r}")
        titles[place.path.partition("?")[0]] = title
    same = [path for path, title in titles.items() if list(titles.values()).count(title) > 1]
    assert not faults, "\n".join(faults)
    assert not same, f"pages of one title: {same}"
