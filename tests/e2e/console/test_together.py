"""Two people on one job: what one does the other sees, and nothing of either is lost silently."""

import pytest_asyncio
from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job
from tests.e2e.console.people import Account, People, Person
from tests.e2e.console.soundness import expect_accessible

from labelstream import AsyncClient


@pytest_asyncio.fixture(loop_scope="session")
async def two(people: People, client: AsyncClient, ada: Person, ben: Account, job: Job) -> tuple[Desk, Desk]:
    """Ada, who owns the job, and Ben, a labeler, both at the same page of it."""
    await client.annotators.add(job.id, ben.email)
    first = await Desk(ada, job).open()
    second = await Desk(await people.sign_in(ben), job).open()
    return first, second


async def test_both_see_what_the_other_labels(two: tuple[Desk, Desk]) -> None:
    first, second = two
    path, other, *_ = await first.paths()
    await first.tab("all")
    await second.tab("all")
    await first.choose(path)
    await first.give("3")
    await second.expect_labels(path, "3")
    await second.expect_counts(labeled=1, unlabeled=119)
    await second.choose(other)
    await second.give("4")
    await first.expect_labels(other, "4")
    await first.expect_counts(labeled=2, unlabeled=118)
    await expect(first.listed_label("4")).to_contain_text("1")


async def test_what_a_colleague_labels_leaves_the_unlabeled_and_is_not_labeled_again(
    two: tuple[Desk, Desk], gallery: Gallery
) -> None:
    first, second = two
    mine, theirs, *_ = await first.paths()
    await first.choose(mine)
    await second.choose(theirs)
    await second.give("3")
    await expect(first.tile(theirs)).to_have_count(0)
    await expect(first.page.get_by_text("1 selected")).to_be_visible()
    await expect(first.box(mine)).to_be_checked()
    # Deleting is for whoever manages the job.
    await second.choose((await second.paths())[0])
    await second.page.keyboard.press("Delete")
    await expect(second.dialog).to_have_count(0)
    await first.page.keyboard.press("Control+a")
    await first.page.keyboard.press("4")
    await gallery.expect_labels(first.job, {mine: ["4"], theirs: ["3"]})


async def test_both_changes_of_an_image_are_kept_when_they_agree(two: tuple[Desk, Desk], gallery: Gallery) -> None:
    first, second = two
    path = (await first.paths())[0]
    for desk in two:
        await desk.tab("all")
        await desk.choose(path)
    await first.give("3")
    await second.expect_labels(path, "3")
    await second.give("4")
    await first.expect_labels(path, "3", "4")
    await gallery.expect_labels(first.job, {path: ["3", "4"]})


async def test_a_conflict_is_shown_with_both_values(two: tuple[Desk, Desk], gallery: Gallery) -> None:
    first, second = two
    path = (await first.paths())[0]
    await second.tab("all")
    await second.choose(path)
    second.person.watch.expects_no_network = True
    await second.person.context.set_offline(True)
    await expect(second.page.get_by_text("Offline")).to_be_visible()
    await second.give("8")
    await first.choose(path)
    await first.give("3")
    await first.expect_saved()
    await second.person.context.set_offline(False)

    shown = second.page.get_by_role("region", name="Somebody changed 1 image at the same time")
    await expect(shown).to_contain_text("Yours")
    await expect(shown).to_contain_text("8")
    await expect(shown).to_contain_text(f"Now, by {first.person.account.name if first.person.account else ''}")
    await expect(shown).to_contain_text("3")
    await gallery.expect_labels(first.job, {path: ["3"]})
    # What is not decided is not lost with the page.
    await second.page.reload()
    await expect(shown).to_contain_text("8")
    await expect_accessible(second.page)
    await shown.get_by_role("button", name="Keep both").click()
    await expect(shown).to_have_count(0)
    await gallery.expect_labels(first.job, {path: ["3", "8"]})
    await first.tab("labeled")
    await first.expect_labels(path, "3", "8")


async def test_who_is_removed_while_labeling_is_told_and_changes_nothing_more(
    two: tuple[Desk, Desk], client: AsyncClient, gallery: Gallery
) -> None:
    first, second = two
    await first.page.get_by_role("link", name="Team Labeling").click()
    await first.button("Delete Ben Okri").click()
    second.person.watch.expected |= {403, 404}
    await first.dialog.get_by_role("button", name="Delete").click()
    await expect(first.page.get_by_text("Nobody but the owner labels this job")).to_be_visible()

    await expect(second.page.get_by_text("You no longer have access to this job")).to_be_visible()
    path = (await gallery.labels(first.job)).popitem()[0]
    await second.person.page.keyboard.press("Control+a")
    await second.person.page.keyboard.press("5")
    await second.expect_saved()
    assert (await client.items.stats(first.job.id)).labeled == 0, path


async def test_a_colleagues_rename_is_seen_on_every_thumbnail(two: tuple[Desk, Desk], gallery: Gallery) -> None:
    first, second = two
    path = (await first.paths())[0]
    await first.choose(path)
    await first.give("3")
    await second.tab("labeled")
    await second.expect_labels(path, "3")
    await first.page.get_by_role("link", name="Label Management").click()
    await first.button("Modify 3").click()
    await first.dialog.get_by_role("textbox", name="Name").fill("three")
    await first.dialog.get_by_role("button", name="OK").click()
    await second.expect_labels(path, "three")
    await expect(second.listed_label("three")).to_contain_text("1")


async def test_label_management_and_the_overview_follow_what_others_do(
    ada: Person, client: AsyncClient, gallery: Gallery, job: Job
) -> None:
    """By the stream of changes: sooner than either page would ask again by itself."""
    soon = 3_000
    samples = list((await gallery.samples(job)).values())
    desk = Desk(ada, job)
    await ada.go(f"/jobs/{job.id}/labels")
    await expect(desk.listed_label("4")).to_contain_text("0")
    await ada.page.wait_for_timeout(1_000)  # what was read when the page was opened
    await client.annotations.apply(job.id, samples[:3], add=["4"])
    await expect(desk.listed_label("4").get_by_role("cell").nth(3)).to_have_text("3", timeout=soon)
    await client.labels.create(job.id, "newcomer")
    await expect(desk.listed_label("newcomer")).to_be_visible(timeout=soon)

    await ada.go(f"/jobs/{job.id}/overview")
    labeled = ada.page.get_by_role("region", name="By status")
    await expect(labeled).to_contain_text("3")
    await client.annotations.apply(job.id, samples[3:50], add=["4"])
    await expect(labeled).to_contain_text("50", timeout=soon)
