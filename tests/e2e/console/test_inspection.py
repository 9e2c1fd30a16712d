"""What inspection found, in the console: broken images explain themselves, and duplicates keep their labels."""

import re

from playwright.async_api import expect
from tests.e2e.console.gallery import Gallery, digits, png
from tests.e2e.console.people import Person
from tests.support.waiting import eventually

from labelstream import AsyncClient


async def test_a_broken_image_is_set_apart_with_its_reason_and_comes_back(
    ada: Person, gallery: Gallery, client: AsyncClient
) -> None:
    whole = png(64, 64)
    dataset_id, bucket = await gallery.dataset("Broken", {**digits(3), "cut.png": whole[:60]})
    job = await gallery.job(dataset_id, "Broken", bucket=bucket)

    async def inspected() -> None:
        assert (await client.items.stats(job.id)).unreadable == 1

    await eventually(inspected, within=60)
    page = ada.page
    await ada.go(f"/jobs/{job.id}")
    await expect(page.locator("[data-count=unlabeled]")).to_have_text("3")
    await expect(page.locator("[data-count=unreadable]")).to_have_text("1")
    await page.get_by_role("link", name="Unreadable").click()
    tile = page.locator("[data-path='cut.png']")
    await expect(tile).to_contain_text("The image cannot be read")
    await expect(tile).to_have_accessible_name(re.compile(r"Unreadable.*The image cannot be read.*cut\.png"))
    await expect(page.locator("[data-item]")).to_have_count(1)
    await page.keyboard.press("f")
    neighbour = page.get_by_role("button", name=re.compile(r"^cut\.png, The image cannot be read"))
    await expect(neighbour.get_by_label("Unreadable")).to_be_visible()
    await page.keyboard.press("Escape")
    await gallery.put(bucket, {"cut.png": whole})
    await client.operations.wait(await client.datasets.synchronize(dataset_id))
    await expect(page.locator("[data-count=unlabeled]")).to_have_text("4", timeout=60_000)
    await expect(page.locator("[data-count=unreadable]")).to_have_text("0")


async def test_of_equal_images_one_is_kept_with_the_labels_of_all(
    ada: Person, gallery: Gallery, client: AsyncClient
) -> None:
    dataset_id, bucket = await gallery.dataset("Twins", {"a.png": png(64, 64), "b.png": png(64, 64)})
    job = await gallery.job(dataset_id, "Twins", bucket=bucket)
    ids = await gallery.samples(job)
    await client.annotations.apply(job.id, [ids["a.png"]], add=["cat"])
    await client.annotations.apply(job.id, [ids["b.png"]], add=["dog"])

    async def inspected() -> None:
        assert [one async for one in client.datasets.duplicates(dataset_id)]

    await eventually(inspected, within=60)
    page = ada.page
    await ada.go(f"/datasets/{dataset_id}/inspection?show=exact")
    await page.get_by_role("radio", name="b.png").check()
    await page.get_by_role("button", name="Delete the other one").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("checkbox")).to_be_checked()
    await dialog.get_by_role("button", name="Yes, delete").click()
    await expect(page.get_by_text("No duplicate images")).to_be_visible()
    await gallery.expect_labels(job, {"b.png": ["cat", "dog"]})
