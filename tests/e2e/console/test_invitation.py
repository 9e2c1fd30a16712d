"""Somebody who is invited by e-mail: the link leads them into the job, and what they see there is theirs."""

import re
import secrets

from playwright.async_api import expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import DIGITS, Gallery, digits
from tests.e2e.console.house import link_to
from tests.e2e.console.people import People
from tests.support.waiting import eventually

from labelstream import AsyncClient, TeamSettings

IMAGES = 6


async def test_an_invitation_leads_into_its_job_and_the_overview_shows_ones_own_labels(
    people: People, gallery: Gallery, client: AsyncClient
) -> None:
    dataset_id, bucket = await gallery.dataset("Invited digits", digits(IMAGES))
    job = await gallery.job(dataset_id, "For newcomers", DIGITS, bucket, TeamSettings(assignment="even"))
    email = f"nia-{secrets.token_hex(4)}@example.org"
    annotator = await client.annotators.add(job.id, email)
    await client.annotators.send_email(job.id, annotator.id)
    newcomer = await people.stranger()
    newcomer.watch.expected |= {404}  # the job, while not every service knows of them yet
    page = newcomer.page
    await newcomer.go(await eventually(lambda: link_to(client, email)))
    await page.get_by_role("textbox", name="Your name").fill("Nia Roy")
    await page.get_by_label("New password").fill("a long enough passphrase")
    await page.get_by_role("button", name="Accept and start").click()
    await page.wait_for_url(f"**/jobs/{job.id}")

    desk = Desk(newcomer, job)
    await desk.expect_counts(all=IMAGES, unlabeled=IMAGES)
    await expect(desk.tiles).to_have_count(IMAGES)
    await page.keyboard.press("Control+a")
    await page.keyboard.press("3")
    await desk.expect_saved()
    await page.get_by_role("link", name="Overview").click()
    by_label = page.get_by_role("region", name="By label")
    await expect(by_label).to_contain_text(re.compile(rf"3\s*{IMAGES}"))
