"""Versions in the console: published, compared, exported and deleted by mouse."""

from playwright.async_api import expect
from tests.e2e.console.gallery import Gallery, digits
from tests.e2e.console.people import Person

from labelstream import AsyncClient


async def test_a_version_is_published_compared_exported_and_deleted(
    ada: Person, gallery: Gallery, client: AsyncClient
) -> None:
    dataset_id, bucket = await gallery.dataset("Versions", digits(6))
    job = await gallery.job(dataset_id, "Versions", bucket=bucket)
    ids = list((await gallery.samples(job)).values())
    await client.annotations.apply(job.id, ids[:4], add=["cat"])
    page = ada.page
    await ada.go(f"/jobs/{job.id}/overview")
    await page.get_by_role("link", name="Versions").click()
    await expect(page.get_by_text("No versions yet")).to_be_visible()

    await page.get_by_role("button", name="Publish version").first.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Name")).to_have_value("V001")
    await dialog.get_by_label("Training share (%)").fill("50")
    await dialog.get_by_role("button", name="Publish").click()
    table = page.get_by_role("table", name="Versions")
    await expect(table.get_by_role("row")).to_have_count(2)
    await expect(table).to_contain_text("cat (4)")

    await client.annotations.apply(job.id, ids[3:5], add=["dog"])
    await page.get_by_role("button", name="Publish version").first.click()
    await expect(dialog.get_by_label("Name")).to_have_value("V002")
    await expect(dialog.get_by_label("Training share (%)")).to_have_value("50")
    await dialog.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("1 added, 0 removed, 1 relabeled")).to_be_visible()
    await expect(page.get_by_role("table", name="Differences").get_by_role("row")).to_have_count(3)

    await page.get_by_role("button", name="Export V002").click()
    await dialog.get_by_label("Format").select_option("yolo-cls")
    await dialog.get_by_label("Prefix").fill(f"exports/{dataset_id}")
    await dialog.get_by_role("button", name="Export", exact=True).click()
    await expect(dialog).to_contain_text("5 images in 6 files")
    await dialog.get_by_role("button", name="Close").first.click()

    await page.get_by_role("button", name="Delete V001").click()
    await dialog.get_by_role("textbox").fill("V001")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(table.get_by_role("row")).to_have_count(2)
