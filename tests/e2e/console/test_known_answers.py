"""Known answers at the console: a manager says what is right for open images, and a labeler is tested."""

import secrets

import pytest_asyncio
from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job, digits
from tests.e2e.console.people import Account, People, Person

from labelstream import AsyncClient, TeamSettings


@pytest_asyncio.fixture(loop_scope="session")
async def dealt(gallery: Gallery, client: AsyncClient, ben: Account) -> Job:
    """A job that is dealt out to one labeler."""
    dataset_id, bucket = await gallery.dataset("Tested digits", digits(6))
    team = TeamSettings(assignment="even", annotators=[{"email": ben.email, "role": "labeler"}])
    return await gallery.job(dataset_id, f"Tested {secrets.token_hex(3)}", ["3", "7"], bucket, team)


async def test_known_answers_are_set_answered_scored_and_taken_out(
    people: People, ada: Person, client: AsyncClient, ben: Account, dealt: Job
) -> None:
    desk = await Desk(ada, dealt).open(status="all")
    labeled, right, wrong = (await desk.paths())[:3]
    await desk.choose(labeled)
    await desk.give("7")
    await desk.expect_saved()
    await desk.choose(labeled)
    await expect(desk.page.get_by_text("Only images that nobody has labeled yet")).to_be_visible()

    await desk.choose(right, wrong)
    await desk.button("Use 2 images as known answers…").click()
    await expect(desk.dialog).to_contain_text("1 selected image is left out")
    await desk.dialog.get_by_role("checkbox", name="3").check()
    await desk.button("Use as known answers").click()
    await expect(desk.dialog).to_have_count(0)

    labeler = await Desk(await people.sign_in(ben), dealt).open()
    for path, label in ((right, "3"), (wrong, "7")):
        await labeler.choose(path)
        await labeler.give(label)
    await labeler.expect_saved()

    await ada.go(f"/jobs/{dealt.id}/quality")
    annotators = desk.page.get_by_role("table", name="Annotators")
    await expect(annotators.get_by_role("row", name=ben.name)).to_contain_text("1 of 2")

    await desk.open(status="all")
    await desk.choose(right, wrong)
    await desk.button("Stop using 2 images as known answers…").click()
    await expect(desk.dialog).to_contain_text("This cannot be undone.")
    await desk.button("Stop using").click()
    await expect(desk.dialog).to_have_count(0)
    assert (await client.call("GET", f"/jobs/{dealt.id}/known-answers", dict))["items"] == []
