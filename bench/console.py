"""P17: the console in a real Chromium: the first page of a large job, scrolling, keys, and what a colleague labels."""

import asyncio
import gzip
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import time

from playwright.async_api import Browser, BrowserContext, Page, Response, ViewportSize, async_playwright

from bench.console_page import COLLEAGUE, FIRST_PAGE, KEY, SCROLL
from bench.measuring import Bench, NotOffered
from bench.pictures import pictured
from bench.report import Measurement
from bench.running import EMAIL, PASSWORD
from bench.seeding import enlarged
from bench.spread import Spread
from bench.worker import Result, Task, measured
from labelstream import AsyncClient

_FIRST_PAGE, _FRAMES, _BLANK, _KEY, _COLLEAGUE, _BYTES = 1000.0, 50.0, 100.0, 50.0, 1000.0, 250_000
_PAGE = 500
_SMALL = (640, 480)
_VIEWPORT = ViewportSize(width=1440, height=900)
_TIMES, _KEYS, _SEEN = 5, 20, 10
_SECONDS_A_SCROLL = 8
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


async def p17(bench: Bench) -> Measurement:
    """A job of 100,000 images: the first 500 have files and thumbnails, and the browser's cache is empty."""
    if shutil.which("chromium") is None:
        raise NotOffered("there is no chromium on PATH")
    dataset_id = await pictured(bench, _SMALL, _PAGE)
    count = bench.sizes.console
    await enlarged(bench.running, bench.folder, dataset_id, have=_PAGE, want=count)
    async with bench.running.client() as client:
        labels = [str(digit) for digit in range(10)]
        job = await client.jobs.create(f"bench console {dataset_id}", dataset_id=dataset_id, labels=labels)
        await client.jobs.wait_until_prepared(job.id, timeout=60 + count / 1000)
    found = await measured("console.browse", url=bench.running.url, job_id=job.id, count=count)
    return _line(found, count)


def _line(found: Result, count: int) -> Measurement:
    first, keys = Spread.of(found["first_ms"]), Spread.of(found["key_ms"])
    frames, blank, seen = found["frames"], found["blank_ms"], max(found["colleague_ms"])
    return Measurement(
        id="P17",
        work=f"console: the first page of {count:,} images till its thumbnails are painted; {_PAGE} scrolled; keys",
        unit="ms",
        ours=first,
        floor=None,
        ratio=None,
        goal=(
            f"≤ {_FIRST_PAGE:.0f} ms; ≥ {_FRAMES:.0f} frames/s, blank ≤ {_BLANK:.0f} ms; key ≤ {_KEY:.0f} ms; "
            f"colleague ≤ {_COLLEAGUE:.0f} ms; ≤ {_BYTES // 1000} kB"
        ),
        met=first.median <= _FIRST_PAGE
        and frames >= _FRAMES
        and blank <= _BLANK
        and keys.median <= _KEY
        and seen <= _COLLEAGUE
        and found["bytes"] <= _BYTES,
        details={
            "the second visit": f"{Spread.of(found['again_ms']).median:,.0f} ms",
            "scrolled at": f"{frames:.0f} frames/s",
            "longest blank tile": f"{blank:.0f} ms",
            "key to changed tile": f"{keys.median:.0f} ms, at most {keys.high:.0f}",
            "colleague's label": f"{seen:.0f} ms at most",
            "page": f"{found['bytes'] / 1000:.0f} kB gzipped",
        },
    )


async def browse(task: Task) -> Result:
    """Worker: opens the labeling page as a person does, and measures in the page itself."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        try:
            first = [await _first_page(browser, task) for _ in range(_TIMES)]
            again = await _second_visit(browser, task)
            async with _at_the_job(browser, task, f"?size={_PAGE}") as page:
                scrolled = await page.evaluate(SCROLL, _SECONDS_A_SCROLL)
            async with _at_the_job(browser, task, "?status=all") as page:
                keys = [await _key(page, number) for number in range(_KEYS)]
                seen = await _colleague(page, task)
            return {
                "first_ms": first,
                "again_ms": again,
                "frames": scrolled["frames"],
                "blank_ms": scrolled["blank"],
                "key_ms": keys,
                "colleague_ms": seen,
                "bytes": await _bytes(browser, task),
            }
        finally:
            await browser.close()


async def _first_page(browser: Browser, task: Task) -> float:
    """From the beginning of the navigation; the browser's cache is empty, the server is warm after the first time."""
    async with _signed_in(browser, task) as context:
        page = await context.new_page()
        await page.goto(_address(task), wait_until="commit")
        return float(await page.evaluate(FIRST_PAGE))


async def _second_visit(browser: Browser, task: Task) -> Sequence[float]:
    """The same for somebody who was there before, as nearly everybody was: the browser has the console's files."""
    async with _signed_in(browser, task) as context:
        page = await context.new_page()
        found = []
        for _ in range(_TIMES + 1):
            await page.goto("about:blank")
            await page.goto(_address(task), wait_until="commit")
            found.append(float(await page.evaluate(FIRST_PAGE)))
        return found[1:]


async def _key(page: Page, number: int) -> float:
    """Selects one image, and presses the key of a label that it does not have."""
    await page.locator("[data-item] input[type=checkbox]").nth(number).click()
    key = str(number % 10)
    took = asyncio.create_task(page.evaluate(KEY, [number, key]))
    await page.wait_for_timeout(50)  # the page has begun to listen
    await page.keyboard.press(key)
    found = float(await took)
    await page.keyboard.press("Escape")
    return found


async def _colleague(page: Page, task: Task) -> Sequence[float]:
    """Somebody else labels an image that is shown: from their request to the changed tile."""
    found = []
    async with AsyncClient(task["url"], email=EMAIL, password=PASSWORD, timeout=60) as client:
        shown: list[str] = await page.evaluate(
            "() => [...document.querySelectorAll('[data-item]')].map((tile) => tile.dataset.item)"
        )
        for number, sample in enumerate(shown[-_SEEN:]):
            painted = asyncio.create_task(page.evaluate(COLLEAGUE, [sample, str(number % 10)]))
            await page.wait_for_timeout(50)
            began = time() * 1000
            await client.annotations.apply(task["job_id"], [sample], add=[str(number % 10)])
            found.append(float(await painted) - began)
    return found


async def _bytes(browser: Browser, task: Task) -> int:
    """What the labeling page loads of scripts and styles till its images are there, compressed."""
    async with _signed_in(browser, task) as context:
        loaded: list[Response] = []

        def note(response: Response) -> None:  # Playwright marks what it calls: a method of a list takes no mark
            loaded.append(response)

        context.on("response", note)
        page = await context.new_page()
        await page.goto(_address(task))
        await page.evaluate(FIRST_PAGE)
        wanted = [each for each in loaded if each.request.resource_type in {"script", "stylesheet"}]
        return sum([len(gzip.compress(await each.body())) for each in wanted])


@asynccontextmanager
async def _at_the_job(browser: Browser, task: Task, search: str) -> AsyncIterator[Page]:
    async with _signed_in(browser, task) as context:
        page = await context.new_page()
        await page.goto(_address(task) + search)
        await page.evaluate(FIRST_PAGE)
        yield page


@asynccontextmanager
async def _signed_in(browser: Browser, task: Task) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=_VIEWPORT)
    reply = await context.request.post(
        f"{task['url']}/api/v1/auth/login?session=cookie", data={"email": EMAIL, "password": PASSWORD}
    )
    assert reply.status == 200, await reply.text()
    yield context
    await context.close()


def _address(task: Task) -> str:
    return f"{task['url']}/jobs/{task['job_id']}"
