"""What a person sees when something does not work: the network, the sign-in, the platform."""

import asyncio
import re

from playwright.async_api import Route, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job
from tests.e2e.console.people import Account, People, Person
from tests.e2e.console.soundness import expect_accessible

from labelstream import AsyncClient


async def test_a_wrong_password_is_told_and_the_right_one_goes_on(people: People, admin: Account, job: Job) -> None:
    stranger = await people.stranger()
    stranger.watch.expected |= {401}
    page = stranger.page
    await stranger.go(f"/jobs/{job.id}?status=all")
    await page.get_by_role("textbox", name="E-mail").fill(admin.email)
    await page.get_by_role("textbox", name="Password").fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("textbox", name="Password").fill(admin.password)
    await page.get_by_role("button", name="Sign in").click()
    # To where they wanted to go.
    await Desk(Person(admin, stranger.context, page, stranger.watch, stranger.url), job).expect_counts(all=120)


async def test_labeling_goes_on_without_a_network_and_nothing_is_lost(
    ada: Person, gallery: Gallery, client: AsyncClient, job: Job
) -> None:
    desk = await Desk(ada, job).open(status="all")
    paths = await desk.paths()
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    for label, path in enumerate(paths[:5]):
        await desk.choose(path)
        await desk.give(str(label))
        await desk.expect_labels(path, str(label))
        # Shown, and marked as not saved.
        await expect(desk.tile(path).get_by_label("Not saved yet")).to_be_visible()
    await expect(ada.page.get_by_text("Offline · 5 images not saved yet")).to_be_visible()
    await expect_accessible(ada.page)
    assert (await client.items.stats(job.id)).labeled == 0

    await ada.context.set_offline(False)
    await expect(ada.page.get_by_text("Offline")).to_have_count(0)
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: [str(label)] for label, path in enumerate(paths[:5])})
    await desk.expect_counts(labeled=5, unlabeled=115)


async def test_after_thirty_seconds_without_the_gateway_labeling_goes_on_by_itself(
    ada: Person, gallery: Gallery, client: AsyncClient, job: Job
) -> None:
    """The browser does not notice: nothing tells the page that the gateway is back. Its own clock is turned by 30 s, so
    that every attempt and every pause of those 30 s takes place."""
    await ada.page.clock.install()
    desk = await Desk(ada, job).open(status="all")
    paths = (await desk.paths())[:4]
    ada.watch.expects_no_network = True
    attempts = 0

    async def away(route: Route) -> None:
        nonlocal attempts
        attempts += 1
        await route.abort("connectionrefused")

    await ada.page.route("**/api/**", away)
    for label, path in enumerate(paths):
        await desk.choose(path)
        await desk.give(str(label))
        await ada.page.clock.run_for(7_500)
    before = attempts
    await expect(ada.page.get_by_text("Offline · 4 images not saved yet")).to_be_visible()
    for path in paths:
        await expect(desk.tile(path).get_by_label("Not saved yet")).to_be_visible()
    assert before > len(paths)
    assert (await client.items.stats(job.id)).labeled == 0

    await ada.page.unroute("**/api/**")
    # At most the longest pause between two attempts.
    await ada.page.clock.run_for(15_000)
    await ada.page.clock.resume()
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: [str(label)] for label, path in enumerate(paths)})


async def test_what_was_not_sent_survives_the_closing_of_the_tab(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    path = (await desk.paths())[0]
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await desk.choose(path)
    await desk.give("6")
    await expect(ada.page.get_by_text("Offline · 1 image not saved yet")).to_be_visible()
    await ada.page.close()
    await ada.context.set_offline(False)
    other = Person(ada.account, ada.context, await ada.context.new_page(), ada.watch, ada.url)
    again = await Desk(other, job).open(status="all")
    await again.expect_labels(path, "6")
    await again.expect_saved()
    await gallery.expect_labels(job, {path: ["6"]})


async def test_an_undo_without_a_network_takes_back_what_was_not_sent(ada: Person, gallery: Gallery, job: Job) -> None:
    desk = await Desk(ada, job).open(status="all")
    path, other = (await desk.paths())[:2]
    ada.watch.expects_no_network = True
    await desk.choose(path)
    await desk.give("6")
    await desk.expect_saved()
    await ada.context.set_offline(True)
    await expect(ada.page.get_by_text("Offline")).to_be_visible()
    for label in ("7", "8"):
        await desk.choose(other)
        await desk.give(label)
    await ada.page.keyboard.press("Escape")
    await ada.page.keyboard.press("Control+z")
    await expect(desk.tile(other)).not_to_contain_text("8")
    await desk.expect_labels(other, "7")
    await ada.context.set_offline(False)
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: ["6"], other: ["7"]})


async def test_an_expired_session_asks_for_the_password_where_one_is_and_sends_what_was_done(
    ada: Person, gallery: Gallery, job: Job, admin: Account
) -> None:
    desk = await Desk(ada, job).open(status="all")
    path = (await desk.paths())[0]
    # 403: what was sent with the token of the session that ended is sent again.
    ada.watch.expected |= {401, 403}
    ada.watch.expects_no_network = True
    await ada.context.set_offline(True)
    await desk.choose(path)
    await desk.give("2")
    await expect(ada.page.get_by_text("Offline · 1 image not saved yet")).to_be_visible()
    providers = {"items": [{"id": "example", "name": "Example", "login_url": "/login"}]}
    await ada.page.route("**/auth/providers", lambda route: route.fulfill(json=providers))
    # What ends with the session; the other cookie is there to be read by scripts, and stays.
    await ada.context.clear_cookies(name=re.compile("labelstream_(session|refresh)"))
    await ada.context.set_offline(False)
    await expect(desk.dialog).to_contain_text("Your session has ended")
    other = desk.dialog.get_by_role("link", name="Continue with Example")
    await expect(other).to_have_attribute("href", f"/login?return_to=%2Fjobs%2F{job.id}%3Fstatus%3Dall")
    await expect_accessible(ada.page)
    await desk.dialog.get_by_role("textbox", name="Password").fill(admin.password)
    await desk.dialog.get_by_role("button", name="Sign in").click()
    await expect(desk.dialog).to_have_count(0)
    await desk.expect_labels(path, "2")
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: ["2"]})


async def test_a_platform_that_is_busy_is_asked_again_and_nothing_looks_saved_meanwhile(
    ada: Person, gallery: Gallery, client: AsyncClient, job: Job
) -> None:
    desk = await Desk(ada, job).open(status="all")
    path = (await desk.paths())[0]
    answers = [(429, "too-many-requests"), (503, "not-ready")]

    async def refuse(route: Route) -> None:
        if not answers:
            await route.continue_()
            return
        status, code = answers.pop(0)
        await route.fulfill(
            status=status,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            json={"status": status, "code": code, "title": "Busy", "detail": "Try again later."},
        )

    ada.watch.expected |= {429, 503}
    await ada.page.route("**/annotations", refuse)
    await desk.choose(path)
    await desk.give("9")
    await expect(desk.tile(path).get_by_label("Not saved yet")).to_be_visible()
    assert (await client.items.stats(job.id)).labeled == 0
    await desk.expect_saved()
    assert not answers
    await gallery.expect_labels(job, {path: ["9"]})


async def test_a_page_that_cannot_be_read_says_what_to_do(ada: Person, job: Job) -> None:
    async def away(route: Route) -> None:
        await route.fulfill(
            status=503,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            json={"status": 503, "code": "not-ready", "title": "Not ready", "detail": "label-service is away."},
        )

    ada.watch.expected |= {503}
    await ada.page.route("**/items?*", away)
    await ada.go(f"/jobs/{job.id}")
    fault = ada.page.get_by_role("alert").filter(has_text="not-ready")
    await expect(fault).to_contain_text("A part of the platform is unavailable.")
    await ada.page.unroute("**/items?*")
    await fault.get_by_role("button", name="Try again").click()
    await expect(ada.page.locator("[data-item]").first).to_be_visible()


async def test_what_is_not_there_is_told(ada: Person) -> None:
    ada.watch.expected |= {404}
    await ada.go("/jobs/01a21c4f-0000-772a-af44-0858f96e96f3")
    await expect(ada.page.get_by_role("alert")).to_contain_text("It may have been deleted")
    await ada.go("/nowhere")
    await expect(ada.page.get_by_text("There is nothing here")).to_be_visible()


async def test_an_edit_whose_reply_was_lost_is_done_once(
    ada: Person, gallery: Gallery, client: AsyncClient, job: Job
) -> None:
    desk = await Desk(ada, job).open(status="all")
    path = (await desk.paths())[0]
    sample = (await gallery.samples(job))[path]
    before = (await client.items.get(job.id, sample)).version
    lost = asyncio.Event()

    async def lose(route: Route) -> None:
        if lost.is_set():
            await route.continue_()
            return
        await route.fetch()
        lost.set()
        await route.abort("connectionreset")

    ada.watch.expects_no_network = True
    await ada.page.route("**/annotations", lose)
    await desk.choose(path)
    await desk.give("1")
    await asyncio.wait_for(lost.wait(), 20)
    await desk.expect_saved()
    await gallery.expect_labels(job, {path: ["1"]})
    assert (await client.items.get(job.id, sample)).version == before + 1
