"""What the hand has to do: clicks, drags and keys to label a hundred digits, counted by the page itself.

The images lie by class, as those of a folder or of one recording do; what lies together is labeled together.
"""

import secrets

import pytest_asyncio
from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, Job, digit_of, digits
from tests.e2e.console.people import Person

FILES = digits(100, by_class=True)


def paths_of(digit: str) -> list[str]:
    return [path for path in FILES if digit_of(path) == digit]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hundred(gallery: Gallery) -> tuple[str, str]:
    return await gallery.dataset("Hundred digits", FILES)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(gallery: Gallery, hundred: tuple[str, str], ada: Person) -> Desk:
    dataset_id, bucket = hundred
    job: Job = await gallery.job(dataset_id, f"Hundred {secrets.token_hex(3)}", DIGITS, bucket)
    return await Desk(ada, job).open()


async def test_selection_takes_at_most_forty_inputs(desk: Desk, gallery: Gallery) -> None:
    for digit in DIGITS:
        own = paths_of(digit)
        await desk.box(own[0]).click()
        await desk.box(own[-1]).click(modifiers=["Shift"])
        await desk.page.keyboard.press(digit)
        await expect(desk.tile(own[0])).to_have_count(0)
    assert await desk.person.inputs() <= 40
    await gallery.expect_labels(desk.job, {path: [digit_of(path)] for path in FILES})


async def test_the_brush_takes_at_most_forty_inputs(desk: Desk, gallery: Gallery) -> None:
    mouse, keyboard = desk.page.mouse, desk.page.keyboard
    await keyboard.press("b")
    for digit in DIGITS:
        await keyboard.press(digit)
        for run in await runs_of(desk, paths_of(digit)):
            first, last = (await middle(desk, run[0])), (await middle(desk, run[-1]))
            await mouse.move(*first)
            await mouse.down()
            await mouse.move(*last, steps=4)
            await mouse.up()
            await desk.expect_labels(run[-1], digit)
    assert await desk.person.inputs() <= 40
    await gallery.expect_labels(desk.job, {path: [digit_of(path)] for path in FILES})


async def test_focus_takes_at_most_one_hundred_and_ten_inputs(desk: Desk, gallery: Gallery) -> None:
    await desk.page.keyboard.press("f")
    await expect(desk.page.get_by_text("1 of 100")).to_be_visible()
    for path in FILES:
        await desk.page.keyboard.press(digit_of(path))
    await expect(desk.page.get_by_text("That was the last one")).to_be_visible()
    assert await desk.person.inputs() <= 110
    # A hundred edits, sent one after the other: a busy machine is still at it.
    await gallery.expect_labels(desk.job, {path: [digit_of(path)] for path in FILES}, within=60)


async def runs_of(desk: Desk, paths: list[str]) -> list[list[str]]:
    """Images that lie side by side in a row, once they are in sight."""
    await desk.tile(paths[-1]).scroll_into_view_if_needed()
    runs: list[list[str]] = []
    height = None
    for path in paths:
        box = await desk.tile(path).bounding_box()
        assert box is not None, path
        if box["y"] != height:
            runs.append([])
            height = box["y"]
        runs[-1].append(path)
    return runs


async def middle(desk: Desk, path: str) -> tuple[float, float]:
    box = await desk.tile(path).bounding_box()
    assert box is not None, path
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
