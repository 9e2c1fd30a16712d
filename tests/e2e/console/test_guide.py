"""Every operation of the labeling guide, with the mouse, in its words."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import expect
from tests.e2e.conftest import Door
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job, digits, png
from tests.e2e.console.people import Account, Person
from tests.support.waiting import eventually

from labelstream import AsyncClient


async def test_a_job_is_found_in_the_list_by_type_and_name_and_opens_on_its_unlabeled_images(
    ada: Person, job: Job
) -> None:
    page = ada.page
    await ada.go("/")
    await page.get_by_role("combobox", name="Labeling type").select_option(label="Image classification")
    await page.get_by_role("searchbox", name="Search by name").fill(job.name)
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.get_by_role("link", name=job.name, exact=True).click()
    desk = Desk(ada, job)
    await expect(page.locator('a[data-current]:has([data-count="unlabeled"])')).to_be_visible()
    await desk.expect_counts(all=120, unlabeled=120, labeled=0, to_confirm=0)


async def test_selected_images_get_a_label_and_move_to_labeled(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open()
    one, two, three, four = (await desk.paths())[:4]
    await desk.choose(one, two)
    # An existing label from the drop-down list.
    await desk.page.get_by_role("combobox", name="Label").click()
    await desk.page.get_by_role("option", name="7", exact=True).click()
    await desk.button("OK").click()
    await expect(desk.tile(one)).to_have_count(0)
    # A new one, by its name.
    await desk.choose(three)
    await desk.give("smudge")
    await desk.expect_counts(unlabeled=117, labeled=3)
    await expect(desk.listed_label("7")).to_contain_text("2")
    await expect(desk.listed_label("smudge")).to_contain_text("1")
    await desk.tab("labeled")
    for path in (one, two):
        await desk.expect_labels(path, "7")
    await desk.expect_labels(three, "smudge")
    await expect(desk.tile(four)).to_have_count(0)
    await gallery.expect_labels(job, {one: ["7"], two: ["7"], three: ["smudge"]})


async def test_all_images_of_the_page_are_selected_at_once(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open(size="50")
    await desk.button("Select Images on Current Page").click()
    await expect(desk.page.get_by_text("50 selected")).to_be_visible()
    await desk.button("Invert selection").click()
    await expect(desk.page.get_by_text("0 selected")).to_be_visible()
    await desk.button("Select Images on Current Page").click()
    await desk.listed_label("4").click()
    await desk.expect_counts(unlabeled=70, labeled=50)


async def test_a_rectangle_selects_what_it_touches(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open()
    paths = await desk.paths()
    start = await desk.tile(paths[0]).bounding_box()
    end = await desk.tile(paths[2]).bounding_box()
    assert start is not None
    assert end is not None
    await desk.page.mouse.move(start["x"] + 40, start["y"] + 40)
    await desk.page.mouse.down()
    await desk.page.mouse.move(end["x"] + 40, end["y"] + 60, steps=5)
    await desk.page.mouse.up()
    await expect(desk.page.get_by_text("3 selected")).to_be_visible()


async def test_all_that_match_are_labeled_whatever_page_they_are_on(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open(size="50")
    await desk.button("Select all 120 that match").click()
    await desk.listed_label("9").click()
    await desk.dialog.get_by_role("button", name="Change 120 images").click()
    await expect(desk.dialog).to_contain_text("Done")
    await desk.dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(labeled=120, unlabeled=0)
    await desk.button("Undo Ctrl Z").click()
    await desk.expect_counts(labeled=0, unlabeled=120)


async def test_an_image_is_previewed_with_its_labels_and_history(ada: Person, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    one, two = (await desk.paths())[:2]
    await desk.choose(one)
    await desk.give("7")
    await desk.expect_saved()
    await desk.tile(one).click()
    await expect(desk.dialog.get_by_role("list", name="Labels of this image")).to_contain_text("7")
    await desk.dialog.get_by_role("button", name="History").click()
    await expect(desk.dialog.get_by_role("list", name="History")).to_contain_text("no label → 7")
    for tool in ("Zoom in", "Zoom out", "Rotate (view only)", "Whole image"):
        await desk.dialog.get_by_role("button", name=tool).click()
    await desk.dialog.get_by_role("button", name="Next image").click()
    await expect(desk.dialog).to_contain_text(two)
    await expect(desk.dialog.get_by_role("list", name="Labels of this image")).to_contain_text("no label")
    await desk.dialog.get_by_role("button", name="Close").click()
    await expect(desk.dialog).to_have_count(0)


async def test_images_are_filtered_by_type_label_path_and_person(
    ada: Person, client: AsyncClient, gallery: Gallery, job: Job, admin: Account
) -> None:
    samples = await gallery.samples(job)
    paths = sorted(samples)
    await client.annotations.apply(job.id, [samples[paths[0]], samples[paths[1]]], add=["7"])
    await client.annotations.apply(job.id, [samples[paths[1]]], add=["1"], hard=True)
    desk = await Desk(ada, job).open(status="all")
    criteria = desk.page.get_by_role("dialog", name="Filter criteria")

    await desk.button("Filter criteria").click()
    await criteria.get_by_role("combobox", name="Example Type").select_option(label="Hard example")
    await expect(desk.tiles).to_have_count(1)
    await desk.page.keyboard.press("Escape")
    await desk.button("Remove Example Type: Hard example").click()
    await desk.expect_counts(all=120)

    await desk.button("Filter criteria").click()
    await criteria.get_by_role("checkbox", name="7", exact=True).click()
    await expect(desk.tiles).to_have_count(2)
    await criteria.get_by_role("checkbox", name="1", exact=True).click()
    await criteria.get_by_role("checkbox", name="All of them on one image").click()
    await expect(desk.tiles).to_have_count(1)
    await desk.page.keyboard.press("Escape")
    await desk.button("Remove Label: 7").click()
    await desk.button("Remove Label: 1").click()
    await desk.expect_counts(all=120)

    await desk.button("Filter criteria").click()
    await criteria.get_by_role("combobox", name="Labeled By").select_option(label=admin.name)
    await expect(desk.tiles).to_have_count(2)
    await desk.page.keyboard.press("Escape")
    await desk.button(f"Remove Labeled By: {admin.name}").click()

    await desk.button("Filter criteria").click()
    await criteria.get_by_role("spinbutton", name="Agreement below").fill("0.5")
    # Nobody has answered for others here.
    await desk.expect_counts(all=0)
    await desk.page.keyboard.press("Escape")
    await desk.button("Remove Agreement below: 50%").click()
    await desk.expect_counts(all=120)

    await desk.page.get_by_role("searchbox", name="File Name or Path").fill(paths[5])
    await expect(desk.tiles).to_have_count(1)
    await expect(desk.tile(paths[5])).to_be_visible()
    # It is in the address: a reload keeps it, and going back takes it off.
    await desk.page.reload()
    await expect(desk.tiles).to_have_count(1)


async def test_labels_of_selected_images_are_changed_and_taken_off(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open()
    one, two, three = (await desk.paths())[:3]
    await desk.choose(one, two, three)
    await desk.give("7")
    await desk.tab("labeled")
    await desk.choose(one)
    await expect(desk.page.get_by_role("heading", name="Labels of Selected Images (1)")).to_be_visible()
    await expect(desk.selected_label("7")).to_contain_text("1")
    await desk.button("Change 7 on these images").click()
    await desk.page.get_by_role("combobox", name="Change 7 on these images").fill("1")
    await desk.button("Complete the modification").click()
    await desk.expect_labels(one, "1")
    await desk.page.keyboard.press("Escape")
    await desk.choose(two)
    await desk.button("Take 7 off these images").click()
    await expect(desk.tile(two)).to_have_count(0)
    await desk.expect_counts(labeled=2, unlabeled=118)
    await gallery.expect_labels(job, {one: ["1"], two: [], three: ["7"]})


async def test_label_management_renames_and_deletes_everywhere(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open()
    one, two = (await desk.paths())[:2]
    await desk.choose(one)
    await desk.give("7")
    await desk.choose(two)
    await desk.give("1")
    await desk.expect_saved()
    # By *Label* of the job list.
    await ada.go("/")
    await ada.page.get_by_role("link", name=f"Label Management of {job.name}").click()
    await desk.button("Modify 7").click()
    await desk.dialog.get_by_role("textbox", name="Name").fill("seven")
    await desk.dialog.get_by_role("button", name="OK").click()
    await expect(desk.listed_label("seven")).to_contain_text("1")
    await desk.button("Delete 1").click()
    await expect(desk.dialog).to_contain_text("It comes off 1 image.")
    await desk.dialog.get_by_role("button", name="Delete").click()
    await expect(desk.dialog).to_contain_text("Done")
    await desk.dialog.get_by_role("button", name="Close").last.click()
    await expect(desk.listed_label("1")).to_have_count(0)
    await gallery.expect_labels(job, {one: ["seven"], two: []})


async def test_the_labeling_description_is_read_beside_the_work(
    ada: Person, client: AsyncClient, gallery: Gallery
) -> None:
    dataset_id, bucket = await gallery.dataset("Described", digits(3))
    text = "# Digits\n\nA **crossed** seven is a seven. <script>alert(1)</script>"
    await client.call("PATCH", f"/datasets/{dataset_id}", dict, body={"labeling_description": text})
    job = await gallery.job(dataset_id, f"Described {secrets.token_hex(3)}", bucket=bucket)
    desk = await Desk(ada, job).open()
    await desk.button("Labeling Description").click()
    await expect(desk.dialog.get_by_role("heading", name="Digits")).to_be_visible()
    await expect(desk.dialog.locator("strong")).to_have_text("crossed")
    await expect(desk.dialog.locator("script")).to_have_count(0)


async def test_new_data_is_synchronized_and_shown(ada: Person, gallery: Gallery) -> None:
    dataset_id, bucket = await gallery.dataset("Growing", digits(3))
    job = await gallery.job(dataset_id, f"Growing {secrets.token_hex(3)}", bucket=bucket)
    desk = await Desk(ada, job).open()
    await desk.expect_counts(all=3)
    await gallery.put(bucket, {"later/9999-7.png": digits(1)["0000-0.png"] + b"\0"})
    await desk.button("Synchronize New Data").click()
    await expect(desk.dialog.get_by_role("status").filter(has_text="Added")).to_contain_text("Added1")
    await desk.dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(all=4, unlabeled=4)
    await expect(desk.tile("later/9999-7.png")).to_be_visible()


async def test_data_is_added_from_a_path_or_from_this_computer_and_stands_in_the_records(
    ada: Person, gallery: Gallery, door: Door, tmp_path: Path
) -> None:
    dataset_id, bucket = await gallery.dataset("Pets", {"in/first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Pets {secrets.token_hex(3)}", ["cat"], bucket)
    elsewhere = f"e2e-{secrets.token_hex(4)}"
    await gallery.put(elsewhere, {"more/cat/1.png": png(20, 20, (1, 90, 40)), "more/dog/2.png": png(20, 20, (2, 9, 4))})
    file = tmp_path / "from-here.png"
    file.write_bytes(png(20, 20, (3, 90, 40)))
    ada.watch.stores.add(urlsplit(door.status["s3"]["endpoint"]).netloc)
    desk = await Desk(ada, job).open(status="all")
    dialog = desk.dialog

    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="Add data").click()
    await dialog.get_by_label("Data source").select_option("bucket")
    await dialog.get_by_label("Import mode").select_option("directory_labels")
    await dialog.get_by_label("Import path").fill(f"{elsewhere}/more/")
    await dialog.get_by_label("Labeling status").select_option("labeled")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog.get_by_text("They appear in its labeling jobs automatically", exact=False)).to_be_visible()
    await dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(all=3, labeled=2)

    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="Add data").click()
    await dialog.locator('input[type="file"]').first.set_input_files(file)
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog.get_by_text("They appear in its labeling jobs automatically", exact=False)).to_be_visible()
    await dialog.get_by_role("button", name="Close").last.click()
    await desk.expect_counts(all=4, unlabeled=2)

    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="View historical records").click()
    await expect(dialog.get_by_role("listitem").filter(has_text="Directory names")).to_have_count(1)


async def test_images_are_deleted_with_or_without_their_files(
    ada: Person, client: AsyncClient, gallery: Gallery
) -> None:
    dataset_id, bucket = await gallery.dataset("Shrinking", digits(12))
    job = await gallery.job(dataset_id, f"Shrinking {secrets.token_hex(3)}", bucket=bucket)
    desk = await Desk(ada, job).open()
    await expect(desk.button("Delete")).to_be_disabled()
    one, two, *_ = await desk.paths()
    await desk.choose(one)
    await desk.button("Delete").click()
    confirm = desk.dialog.get_by_role("button", name="Yes, delete")
    await expect(confirm).to_be_disabled()
    await desk.dialog.get_by_role("textbox", name="Type 1 to confirm").fill("1")
    await confirm.click()
    await desk.expect_counts(all=11)

    await desk.choose(two)
    await desk.button("Delete").click()
    await desk.dialog.get_by_role("checkbox", name="Delete the source files from the object store").click()
    await expect(desk.dialog).to_contain_text("cannot be undone")
    await desk.dialog.get_by_role("textbox", name="Type 1 to confirm").fill("1")
    await confirm.click()
    await desk.expect_counts(all=10)
    # What went without its file comes back with undo; what went with it does not.
    await desk.button("Undo Ctrl Z").click()
    await desk.expect_counts(all=11)
    await expect(desk.tile(one)).to_be_visible()
    await expect(desk.tile(two)).to_have_count(0)


async def test_annotators_are_added_modified_and_deleted(ada: Person, ben: Account, job: Job) -> None:
    page = ada.page
    await ada.go("/")
    await page.get_by_role("button", name=f"More for {job.name}").click()
    await page.get_by_role("menuitem", name="Annotator Management").click()
    await page.get_by_role("button", name="Add Member").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="From").select_option(label="By e-mail address")
    await dialog.get_by_role("textbox", name="E-mail address").fill(ben.email)
    await dialog.get_by_role("button", name="OK").click()
    row = page.get_by_role("row", name=ben.email)
    await expect(row).to_contain_text("Labeler")
    await page.get_by_role("button", name=f"Modify {ben.email.partition('@')[0]}").click()
    await dialog.get_by_role("combobox", name="Role").select_option(label="Reviewer")
    await dialog.get_by_role("button", name="OK").click()
    await expect(row).to_contain_text("Reviewer")
    await page.get_by_role("button", name=f"Delete {ben.email.partition('@')[0]}").click()
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Nobody but the owner labels this job")).to_be_visible()


async def test_without_a_mail_server_an_email_lies_in_the_mailbox(
    ada: Person, client: AsyncClient, ben: Account, job: Job
) -> None:
    annotator = await client.annotators.add(job.id, ben.email)
    await ada.go(f"/jobs/{job.id}/annotators")
    await ada.page.get_by_role("button", name=f"Send Email to {annotator.name}").click()

    async def arrived() -> str:
        letters = [letter async for letter in client.mailbox.list()]
        assert letters
        assert (letters[0].to, letters[0].state) == (ben.email, "sent")
        return letters[0].id

    letter = await client.mailbox.get(await eventually(arrived))
    assert f"/jobs/{job.id}" in letter.text
    assert f"/jobs/{job.id}" in letter.html
