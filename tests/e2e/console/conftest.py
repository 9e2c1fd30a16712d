"""A real Chromium in front of the whole platform."""

import secrets
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from tests.e2e.conftest import EMAIL, PASSWORD, Door
from tests.e2e.console.gallery import DIGITS, Gallery, Job, digit_of, digits
from tests.e2e.console.house import House, furnished_house
from tests.e2e.console.people import Account, People, Person

from labelstream import AsyncClient, TeamSettings

# A busy machine takes its time; what is waited for comes, or the test fails.
expect.set_options(timeout=20_000)

FAILED = pytest.StashKey[bool]()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no `chromium` on PATH: Debian's package of that name is what drives the console")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(door: Door) -> AsyncIterator[AsyncClient]:
    async with door.client() as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def admin(client: AsyncClient) -> Account:
    me = await client.accounts.me()
    return Account(me.id, EMAIL, PASSWORD, me.name)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gallery(door: Door, client: AsyncClient) -> Gallery:
    return Gallery(door, client)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest_asyncio.fixture(loop_scope="session")
async def people(request: pytest.FixtureRequest, browser: Browser, door: Door, tmp_path: Path) -> AsyncIterator[People]:
    """Whoever is opened here is closed at the end; of a failed test pictures are left in its temporary folder."""
    async with People(browser, door.url) as opened:
        yield opened
        if request.node.stash.get(FAILED, False):
            await opened.photograph(tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def ada(people: People, admin: Account) -> Person:
    """The administrator, in front of a browser."""
    return await people.sign_in(admin)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ben(client: AsyncClient) -> Account:
    """A colleague without rights of their own: they work in the jobs they are added to."""
    email, password = f"ben-{secrets.token_hex(4)}@example.org", "a long enough passphrase"
    created = await client.accounts.create(email, name="Ben Okri", role="annotator", password=password)
    return Account(created.id, email, password, created.name)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_digits(gallery: Gallery) -> tuple[str, str]:
    """A dataset of 120 digits on which every test may open jobs; nothing is deleted from it."""
    return await gallery.dataset("Digits", digits(120))


@pytest_asyncio.fixture(loop_scope="session")
async def job(gallery: Gallery, shared_digits: tuple[str, str]) -> Job:
    """A job of this test's own, with the ten labels."""
    dataset_id, bucket = shared_digits
    return await gallery.job(dataset_id, f"Digits {secrets.token_hex(3)}", DIGITS, bucket)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def furnished(client: AsyncClient, gallery: Gallery, ben: Account) -> Job:
    """A job with something of everything in it."""
    dataset_id, bucket = await gallery.dataset("Handwritten digits", digits(60))
    job = await gallery.job(dataset_id, "Digits of autumn", DIGITS, bucket, TeamSettings())
    samples = await gallery.samples(job)
    for path in sorted(samples)[:30]:
        await client.annotations.apply(job.id, [samples[path]], add=[digit_of(path)], hard=path.startswith("0003"))
    await client.annotators.add(job.id, ben.email)
    return job


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(client: AsyncClient, gallery: Gallery, ben: Account, furnished: Job) -> House:
    return await furnished_house(client, gallery, ben, furnished)


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(client: AsyncClient) -> Account:
    """Somebody who may begin something, and has not yet."""
    email, password = f"cleo-{secrets.token_hex(4)}@example.org", "a long enough passphrase"
    created = await client.accounts.create(email, name="Cleo Ndiaye", role="member", password=password)
    return Account(created.id, email, password, created.name)
