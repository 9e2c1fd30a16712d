"""*Add data* and *View historical records*, as the guide has them, and the trash."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import expect
from tests.e2e.conftest import Door
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, png
from tests.e2e.console.people import Person

from labelstream import AsyncClient


async def test_images_with_labels_are_added_from_a_path_and_leave_a_record(
    ada: Person, gallery: Gallery, tmp_path: Path
) -> None:
    dataset_id, bucket = await gallery.dataset("Pets", {"in/first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Pets {secrets.token_hex(3)}", ["cat"], bucket)
    more = {f"more/{name}.png": png(20, 20, (shade, 90, 40)) for shade, name in enumerate(["cat/1", "cat/2", "dog/3"])}
    elsewhere = f"e2e-{secrets.token_hex(4)}"  # what the dataset covers would come by itself
    await gallery.put(elsewhere, {**more, "more/no label!/4.png": png(20, 20), "more/x.svg": b"<svg/>"})
    desk = await Desk(ada, job).open(status="all")
    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="Add data").click()
    dialog = desk.dialog
    await dialog.get_by_label("Data source").select_option("bucket")
    await dialog.get_by_label("Import mode").select_option("directory_labels")
    await dialog.get_by_label("Import path").fill(f"{elsewhere}/more/")
    await expect(dialog.get_by_label("Labeling status")).to_have_value("labeled")
    await dialog.get_by_role("button", name="Preview").click()
    await expect(dialog.get_by_text("Preview, Done", exact=False)).to_be_visible()
    await expect(dialog.get_by_text("2 files were rejected")).to_be_visible()
    await desk.page.screenshot(path=tmp_path / "preview.png")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog.get_by_text("They appear in its labeling jobs automatically", exact=False)).to_be_visible()
    await dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(all=4, labeled=3)
    await gallery.expect_labels(job, {"more/cat/1.png": ["cat"], "more/dog/3.png": ["dog"]})

    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="View historical records").click()
    records = dialog.get_by_role("listitem").filter(has_text="Directory names")
    await expect(records).to_have_count(2)
    await records.first.get_by_text("2 files were rejected").click()
    await expect(records.first.get_by_text("It is not an accepted image.", exact=False)).to_be_visible()
    await desk.page.screenshot(path=tmp_path / "records.png")
    async with desk.page.expect_download() as downloading:
        await records.first.get_by_role("link", name="Download all rejected files").click()
    downloaded = await downloading.value
    await downloaded.save_as(tmp_path / "rejected.ndjson")
    assert (tmp_path / "rejected.ndjson").read_text().count("\n") == 2
    await dialog.get_by_label("Which records").select_option("synchronizations")
    await expect(dialog.get_by_text("1 added", exact=False).first).to_be_visible()


async def test_files_of_this_computer_are_sent_to_the_object_store_and_imported(
    ada: Person, gallery: Gallery, door: Door, tmp_path: Path
) -> None:
    dataset_id, bucket = await gallery.dataset("Uploads", {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Uploads {secrets.token_hex(3)}", [], bucket)
    files = []
    for number in range(12):
        file = tmp_path / f"new-{number:02}.png"
        file.write_bytes(png(20, 20, (number * 9, 90, 40)))
        files.append(file)
    ada.watch.stores.add(urlsplit(door.status["s3"]["endpoint"]).netloc)
    desk = await Desk(ada, job).open(status="all")
    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="Add data").click()
    await desk.dialog.locator('input[type="file"]').first.set_input_files(files)
    await expect(desk.dialog.get_by_text("12 files chosen")).to_be_visible()
    await desk.page.screenshot(path=tmp_path / "chosen.png")
    await desk.dialog.get_by_role("button", name="OK").click()
    await expect(desk.dialog.get_by_text("They appear in its labeling jobs automatically", exact=False)).to_be_visible()
    await desk.dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(all=13, unlabeled=13)


async def test_what_was_deleted_is_restored_from_the_trash(
    ada: Person, gallery: Gallery, client: AsyncClient, tmp_path: Path
) -> None:
    dataset_id, _ = await gallery.dataset("Trash", {"a.png": png(20, 20), "b.png": png(20, 20, (9, 9, 9))})
    samples = {sample.path: sample.id async for sample in client.datasets.samples(dataset_id)}
    await client.operations.wait(await client.datasets.delete_samples(dataset_id, [samples["a.png"]]))
    await ada.go(f"/datasets/{dataset_id}")
    page = ada.page
    await page.get_by_role("button", name="Add data").click()
    await page.get_by_role("menuitem", name="Trash").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="a.png").check()
    await page.screenshot(path=tmp_path / "trash.png")
    await dialog.get_by_role("button", name="Restore 1").click()
    await expect(dialog.get_by_text("The trash is empty.")).to_be_visible()
    assert sorted([sample.path async for sample in client.datasets.samples(dataset_id)]) == ["a.png", "b.png"]
