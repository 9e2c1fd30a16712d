"""The brush: what was brushed stays where it is until the page is turned. Nothing unseen is labeled, or jumped over."""

from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job
from tests.e2e.console.people import Person


async def test_an_undo_leaves_every_image_in_its_place_and_the_rest_is_the_page_that_was_seen(
    ada: Person, gallery: Gallery, job: Job
) -> None:
    page_box = ada.page.get_by_role("textbox", name="Go to page")
    everything = list(await gallery.samples(job))
    desk = await Desk(ada, job).open(size="50", mode="brush")
    seen = await desk.paths()
    await ada.page.keyboard.press("1")
    for path in seen[:3]:
        await desk.tile(path).click()
        await desk.expect_labels(path, "1")
    await desk.expect_saved()
    await ada.page.keyboard.press("Control+z")
    await expect(desk.tile(seen[2])).to_contain_text("–")
    assert (await desk.paths())[: len(seen)] == seen
    await desk.button("The rest of this page is “1”").click()
    await desk.expect_counts(labeled=49, unlabeled=71)
    await desk.expect_saved()
    labeled = {path for path, labels in (await gallery.labels(job)).items() if labels}
    assert labeled == set(everything[:50]) - {seen[2]}

    # One image of the page is left: the next 50 follow it in the list, and none of them is jumped over.
    await desk.button("Next page").click()
    await expect(desk.tile(everything[50])).to_be_visible()
    await expect(page_box).to_have_value("1")
    await desk.button("The rest of this page is “1”").click()
    await desk.expect_counts(labeled=99, unlabeled=21)
    await ada.page.reload()
    await expect(desk.tiles).to_have_count(21)
    assert await desk.paths() == [seen[2], *everything[100:]]
