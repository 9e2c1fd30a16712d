"""Labeling while the network is away: what the page cannot read comes when it is back, and what was decided is sent."""

import pytest
from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job
from tests.e2e.console.people import Person

from labelstream import AsyncClient, PredictedLabel, Prediction

BROKEN = "This image cannot be shown"


async def test_unlabeled_images_come_again_when_the_network_is_back(ada: Person, job: Job) -> None:
    async with ada.page.expect_response(lambda answer: "/items?" in answer.url and "cursor=" in answer.url):
        desk = await Desk(ada, job).open(size="50")  # the next page is read ahead
    await expect(desk.listed_label("1")).to_be_visible()
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    for label in ("1", "2"):
        await ada.page.keyboard.press("Control+a")
        await ada.page.keyboard.press(label)
    fault = desk.page.get_by_role("alert").filter(has_text="Labelstream cannot be reached")
    await expect(fault).to_be_visible()
    await expect(desk.tiles).to_have_count(0)
    await ada.context.set_offline(False)
    await expect(desk.tiles).to_have_count(20)
    await expect(fault).to_have_count(0)
    await desk.expect_counts(labeled=100, unlabeled=20)


async def test_focus_says_without_a_network_that_more_is_to_come(ada: Person, job: Job) -> None:
    await Desk(ada, job).open(size="50", mode="focus")
    await expect(ada.page.get_by_text("1 of 100")).to_be_visible()
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    for _ in range(100):
        await ada.page.keyboard.press("Enter")
    fault = ada.page.get_by_role("alert").filter(has_text="Labelstream cannot be reached")
    await expect(fault).to_be_visible()
    await expect(ada.page.get_by_text("That was the last one")).to_have_count(0)
    await ada.context.set_offline(False)
    await expect(ada.page.get_by_text("101 of 120")).to_be_visible()
    for _ in range(20):
        await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_text("That was the last one")).to_be_visible()


async def test_proposals_are_confirmed_without_a_network_and_sent_later(
    ada: Person, gallery: Gallery, client: AsyncClient, job: Job
) -> None:
    samples = await gallery.samples(job)
    first, second = sorted(samples)[:2]
    await client.annotations.predict(
        job.id,
        [
            Prediction(sample_id=samples[path], labels=[PredictedLabel(name="7", confidence=0.9)], model="net")
            for path in (first, second)
        ],
    )
    desk = await Desk(ada, job).open(status="all")
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    await desk.choose(first)
    await desk.button("Confirm").click()
    await expect(desk.tile(first)).to_have_attribute("data-status", "labeled")
    await ada.page.keyboard.press("Escape")
    await desk.choose(second)
    await desk.button("Reject").click()
    await expect(desk.tile(second)).to_have_attribute("data-status", "unlabeled")
    await expect(ada.page.get_by_text("Offline · 2 images not saved yet")).to_be_visible()
    assert (await client.items.stats(job.id)).to_confirm == 2
    await ada.context.set_offline(False)
    await desk.expect_saved()
    await gallery.expect_labels(job, {first: ["7"], second: []})
    await desk.expect_counts(labeled=1, to_confirm=0)


@pytest.mark.parametrize(
    ("key", "styled", "rule"),
    [
        ("f", "main button[aria-current=true]", ("width", "56px")),
        ("Enter", "[role=dialog] header", ("display", "flex")),
        ("?", "[role=dialog] dl", ("column-count", "2")),
    ],
)
async def test_parts_that_could_not_come_without_a_network_come_whole_later(
    ada: Person, job: Job, key: str, styled: str, rule: tuple[str, str]
) -> None:
    await Desk(ada, job).open()
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    await ada.page.wait_for_timeout(4_000)  # longer than the page waits before it asks for them
    await ada.context.set_offline(False)
    await expect(ada.page.get_by_text("Offline")).to_have_count(0)
    await ada.page.keyboard.press("Home")
    await ada.page.keyboard.press(key)
    await expect(ada.page.locator(styled).first).to_have_css(*rule)


async def test_pictures_that_did_not_come_are_asked_for_again(ada: Person, job: Job) -> None:
    ada.watch.expects_no_network = True
    await ada.context.route("**/thumbnail?*", lambda route: route.abort())
    desk = await Desk(ada, job).open()
    broken = ada.page.get_by_role("img", name=BROKEN)
    await expect(broken.first).to_be_visible()
    await ada.context.unroute("**/thumbnail?*")
    await expect(broken).to_have_count(0)
    await expect(desk.tiles.first.locator("img")).to_have_js_property("complete", value=True)
    assert await desk.tiles.first.locator("img").evaluate("(image) => image.naturalWidth") > 0


@pytest.mark.parametrize("place", ["preview", "focus", "dataset"])
async def test_whole_images_that_did_not_come_are_asked_for_again(ada: Person, job: Job, place: str) -> None:
    ada.watch.expects_no_network = True
    await ada.context.route("**/content?*", lambda route: route.abort())
    if place == "dataset":
        await ada.go(f"/datasets/{job.dataset_id}")
        await ada.page.locator("[data-sample]").first.click()
    else:
        await Desk(ada, job).open()
        await ada.page.keyboard.press("Home")
        await ada.page.keyboard.press({"preview": "Enter", "focus": "f"}[place])
    broken = ada.page.get_by_text(BROKEN).or_(ada.page.get_by_role("img", name=BROKEN))
    await expect(broken).to_be_visible()
    await ada.context.unroute("**/content?*")
    await ada.page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(broken).to_have_count(0)
    image = ada.page.locator("img[src*='/content?']")
    await expect(image).to_be_visible()
    await expect(image).not_to_have_js_property("naturalWidth", 0)
