"""A team job from its opening to its acceptance, by mouse and keys: owner, two labelers and a reviewer side by side."""

import secrets

import pytest_asyncio
from playwright.async_api import Page, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, Job, digits
from tests.e2e.console.people import Account, People, Person

from labelstream import AsyncClient

IMAGES = 20
REASON = "This is a seven"


@pytest_asyncio.fixture(loop_scope="session")
async def annotators(client: AsyncClient) -> list[Account]:
    """Two labelers and a reviewer, who have accounts already."""
    found = []
    for name in ("Lin Wei", "Lou Marsh", "Rae Osei"):
        email = f"{name.split()[0].lower()}-{secrets.token_hex(4)}@example.org"
        created = await client.accounts.create(email, name=name, role="annotator", password="a long enough phrase")
        found.append(Account(created.id, email, "a long enough phrase", name))
    return found


async def test_a_team_job_is_opened_labeled_reviewed_corrected_and_accepted(
    people: People, ada: Person, gallery: Gallery, client: AsyncClient, annotators: list[Account]
) -> None:
    dataset_id, _ = await gallery.dataset("Team digits", digits(IMAGES))
    job = await opened(ada, dataset_id)
    await with_annotators(ada.page, job, annotators)

    labelers = [await Desk(await people.sign_in(account), job).open() for account in annotators[:2]]
    for desk in labelers:
        # Each has an equal share, and sees nothing else.
        await desk.expect_counts(all=IMAGES // 2, unlabeled=IMAGES // 2)
        await desk.page.keyboard.press("Control+a")
        await desk.page.keyboard.press("3")
        await desk.expect_saved()
        await desk.expect_counts(unlabeled=0, labeled=IMAGES // 2)
    # Now that they have come, the owner knows who they are, and how much of their share is done.
    row = ada.page.get_by_role("row", name=annotators[0].name)
    await expect(row).to_contain_text(f"{IMAGES // 2} of {IMAGES // 2}")

    reviewer = await Desk(await people.sign_in(annotators[2]), job).open(status="labeled", review="pending")
    await expect(reviewer.tiles).to_have_count(IMAGES)
    rejected = await a_path_of(labelers[0])
    await review_one(reviewer, rejected)
    await review_the_rest_in_focus(reviewer)

    await corrected(labelers[0], rejected)
    await reviewer.open(status="labeled", review="pending")
    await reviewer.choose(rejected)
    await reviewer.page.keyboard.press("Shift+B")
    await expect(reviewer.tile(rejected)).to_have_count(0)
    await reviewer.expect_saved()

    await accepted(ada, job)
    items = [item async for item in client.items.list(job.id)]
    assert {item.review.state for item in items if item.review} == {"accepted"}
    assert len(items) == IMAGES
    await judged_by_numbers(ada.page, job)


async def opened(owner: Person, dataset_id: str) -> Job:
    page, name = owner.page, f"Team {secrets.token_hex(3)}"
    await owner.go("/")
    await page.get_by_role("button", name="Create Labeling Job").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill(name)
    await dialog.get_by_role("combobox", name="Dataset").select_option(dataset_id)
    await dialog.get_by_role("textbox", name="Labels").fill("\n".join(DIGITS))
    await dialog.get_by_role("combobox", name="Team").select_option(label="Annotators are added afterwards")
    await dialog.get_by_role("combobox", name="Who labels what").select_option(label="Dealt out evenly")
    await dialog.get_by_role("checkbox", name="Every image is reviewed").check()
    await dialog.get_by_role("button", name="Create").click()
    await page.wait_for_url("**/jobs/*")
    return Job(page.url.rpartition("/")[2].partition("?")[0], name, dataset_id, "")


async def with_annotators(page: Page, job: Job, annotators: list[Account]) -> None:
    await page.get_by_role("link", name="Team Labeling").click()
    dialog = page.get_by_role("dialog")
    for account, role in zip(annotators, ("Labeler", "Labeler", "Reviewer"), strict=True):
        await page.get_by_role("button", name="Add Member").first.click()
        await dialog.get_by_role("combobox", name="From").select_option(label="By e-mail address")
        await dialog.get_by_role("textbox", name="E-mail address").fill(account.email)
        await dialog.get_by_role("combobox", name="Role").select_option(label=role)
        await dialog.get_by_role("button", name="OK").click()
        await expect(page.get_by_role("row", name=account.email)).to_contain_text(role)
    settings = page.get_by_role("region", name="Team settings")
    await expect(settings).to_contain_text("Dealt out evenly")
    await expect(settings).to_contain_text("Every image")


async def a_path_of(desk: Desk) -> str:
    await desk.tab("labeled")
    return (await desk.paths())[0]


async def review_one(reviewer: Desk, path: str) -> None:
    await reviewer.choose(path)
    await reviewer.button("Reject…").click()
    await reviewer.dialog.get_by_role("textbox", name="Reason").fill(REASON)
    await reviewer.dialog.get_by_role("button", name="Reject", exact=True).click()
    await expect(reviewer.tile(path)).to_have_count(0)
    await reviewer.expect_saved()


async def review_the_rest_in_focus(reviewer: Desk) -> None:
    page = reviewer.page
    await page.keyboard.press("f")
    await expect(page.get_by_text(f"1 of {IMAGES - 1}")).to_be_visible()
    for _ in range(3):
        await page.keyboard.press("Shift+A")
    await expect(page.get_by_text(f"4 of {IMAGES - 1}")).to_be_visible()
    await page.keyboard.press("g")
    await reviewer.expect_saved()
    await expect(reviewer.tiles).to_have_count(IMAGES - 4)
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Shift+A")
    await expect(reviewer.tiles).to_have_count(0)
    await reviewer.expect_saved()


async def corrected(labeler: Desk, path: str) -> None:
    notice = labeler.page.get_by_text("1 image of yours was rejected")
    await expect(notice).to_be_visible()
    await labeler.tab("unlabeled")
    await expect(labeler.tiles).to_have_count(0)
    await labeler.page.keyboard.press("f")
    await expect(labeler.page.get_by_text("1 of 1", exact=True)).to_be_visible()
    await expect(labeler.page.get_by_text(REASON)).to_be_visible()
    await labeler.page.keyboard.press("g")
    await labeler.button("Show them").click()
    await expect(labeler.tiles).to_have_count(1)
    await expect(labeler.tile(path)).to_contain_text(REASON)
    await labeler.choose(path)
    await labeler.page.keyboard.press("7")
    await labeler.expect_saved()
    await expect(labeler.tile(path)).to_have_count(0)


async def accepted(owner: Person, job: Job) -> None:
    page = owner.page
    await owner.go(f"/jobs/{job.id}/acceptance")
    await page.get_by_role("button", name="Open acceptance").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Size of the sample").select_option(label="A number of images")
    await dialog.get_by_role("spinbutton", name="Images").fill("5")
    await dialog.get_by_role("button", name="Draw the sample").click()
    await expect(page.locator("[data-sampled]")).to_have_count(5)
    await page.get_by_role("button", name="Select the whole sample").click()
    await page.get_by_role("button", name="Accept with grade A").click()
    await expect(page.get_by_text("5 of 5 judged")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()
    await dialog.get_by_role("combobox", name="Outcome").select_option(label="Accept the rest")
    await dialog.get_by_role("button", name="Finish").click()
    await expect(dialog).to_contain_text(f"{IMAGES} images accepted, 0 rejected.")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("table", name="Finished acceptances")).to_contain_text("Accept the rest")


async def judged_by_numbers(page: Page, job: Job) -> None:
    await page.get_by_role("link", name="Quality").click()
    table = page.get_by_role("table", name="Annotators")
    await expect(table.get_by_role("row", name="Lin Wei")).to_contain_text(f"{IMAGES // 2}")
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Download CSV").click()
    assert (await downloading.value).suggested_filename == f"quality-{job.name}.csv"
    await page.get_by_role("navigation", name="Pages of this job").get_by_role("link", name="Audit").click()
    await expect(page.get_by_role("table", name="Audit")).to_contain_text("Member added")
