"""A new user's first hour, without reading anything."""

import secrets

from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, digit_of, digits
from tests.e2e.console.people import Account, People

from labelstream import AsyncClient


async def test_two_hundred_images_are_labeled_corrected_and_three_steps_undone(
    people: People, gallery: Gallery, client: AsyncClient, admin: Account, ben: Account
) -> None:
    files = digits(200, by_class=True)
    dataset_id, bucket = await gallery.dataset("Two hundred digits", files)
    name = f"First job {secrets.token_hex(3)}"
    job = await gallery.job(dataset_id, name, bucket=bucket)
    await client.annotators.add(job.id, ben.email)
    ada = await people.sign_in(admin)

    # From the list of jobs to the labeling page, with the mouse.
    await ada.go("/")
    await ada.page.get_by_role("link", name=name, exact=True).click()
    desk = Desk(ada, job)
    await desk.expect_counts(all=200, unlabeled=200, labeled=0)

    for digit in DIGITS:
        own = [path for path in files if digit_of(path) == digit]
        await desk.box(own[0]).click()
        await desk.box(own[-1]).click(modifiers=["Shift"])
        await expect(ada.page.get_by_text("20 selected")).to_be_visible()
        await desk.give(f"digit-{digit}")
        await expect(desk.tile(own[0])).to_have_count(0)
    await desk.expect_counts(unlabeled=0, labeled=200)
    await expect(ada.page.get_by_text("Every image is labeled")).to_be_visible()
    await desk.expect_saved()

    # Ten were wrong.
    await desk.tab("labeled")
    wrong = [path for path in files if digit_of(path) == "0"][:10]
    await desk.choose(*wrong)
    await desk.page.get_by_role("button", name="Change digit-0 on these images").click()
    await desk.page.get_by_role("combobox", name="Change digit-0 on these images").fill("digit-8")
    await desk.button("Complete the modification").click()
    await expect(desk.listed_label("digit-8")).to_contain_text("30")
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: ["digit-8"] for path in wrong})

    # A class gets a better name.
    await desk.page.get_by_role("link", name="Label Management").click()
    await desk.button("Modify digit-9").click()
    await desk.dialog.get_by_role("textbox", name="Name").fill("nine")
    await desk.dialog.get_by_role("button", name="OK").click()
    await expect(desk.dialog).to_have_count(0)
    await expect(desk.listed_label("nine")).to_contain_text("20")

    # Five images are thrown away.
    await desk.page.get_by_role("link", name="Labeling", exact=True).click()
    await desk.tab("labeled")
    thrown = [path for path in files if digit_of(path) == "1"][:5]
    await desk.choose(*thrown)
    await desk.button("Delete").click()
    await desk.dialog.get_by_role("textbox", name="Type 5 to confirm").fill("5")
    await desk.dialog.get_by_role("button", name="Yes, delete").click()
    await expect(desk.tile(thrown[0])).to_have_count(0)
    await desk.expect_counts(all=195, labeled=195)

    # The last three steps are taken back: the images return, the name, and the ten.
    for counts in ({"all": 200}, {"all": 200}, {"all": 200}):
        await desk.button("Undo Ctrl Z").click()
        await desk.expect_counts(**counts)
        await expect(desk.page.get_by_text("Undone.").last).to_be_visible()
    await gallery.expect_labels(
        job, {path: [f"digit-{digit_of(path)}"] for path in files} | {path: ["digit-0"] for path in wrong}
    )
    await expect(desk.listed_label("digit-9")).to_contain_text("20")

    # A colleague labels, and it is seen without doing anything.
    colleague = Desk(await people.sign_in(ben), job)
    await colleague.open(status="labeled")
    await colleague.choose(wrong[0])
    await colleague.give("blurred")
    await colleague.expect_saved()
    await desk.expect_labels(wrong[0], "blurred")
    await expect(desk.listed_label("blurred")).to_contain_text("1")
