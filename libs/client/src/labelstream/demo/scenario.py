"""The steps of the demonstration, told to a narrator."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Protocol

from labelstream.aio.client import AsyncClient
from labelstream.demo import bucket
from labelstream.demo.digits import PREFIX, Digit
from labelstream.demo.ledger import Findings, Ledger
from labelstream.demo.platform import Platform
from labelstream.demo.promises import broken, check_items
from labelstream.feed import Change
from labelstream.models import Dataset, Job, Stats
from labelstream.subscriber import Start, Subscription, subscribe

DATASET = "digits"
CLASSES = tuple(str(digit) for digit in range(10))
LABELED = 1000
RENAME = ("0", "zero")
_HANDS = 8
_PREPARED_WITHIN = 300.0
_EVENTS_WITHIN = 120.0
_LINGER = 1.0
"""Seconds after the last expected event, in which a surplus one would show."""


class Narrator(Protocol):
    """Shows what happens."""

    def step(self, what: str, total: int | None = None) -> None: ...

    def advance(self, steps: int = 1) -> None: ...

    def received(self, change: Change) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What the demonstration ends with."""

    job: Job
    findings: Findings
    stats: Stats
    expected: dict[str, int]
    seconds: float
    broken: Sequence[str]

    @property
    def holds(self) -> bool:
        """Every promise was kept."""
        return not self.broken


async def run(platform: Platform, client: AsyncClient, digits: Sequence[Digit], narrator: Narrator) -> Outcome:
    """Images, dataset, job, labels, rename; every run makes a job of its own on the same dataset."""
    narrator.step("Putting images into the bucket", len(digits))
    await asyncio.to_thread(bucket.fill, platform.object_store, digits, narrator.advance)
    narrator.step("Synchronizing the dataset")
    dataset = await _dataset(client)
    await client.operations.wait(await client.datasets.synchronize(dataset.id))
    narrator.step("Preparing the job")
    name = f"Digits {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"
    job = await client.jobs.create(name, dataset_id=dataset.id, labels=CLASSES)
    job = await client.jobs.wait_until_prepared(job.id, timeout=_PREPARED_WITHIN)
    truth = {digit.key: digit.label for digit in digits}
    items = [item async for item in client.items.list(job.id, sort="path")]
    check_items([item.path for item in items], list(truth))
    samples = [(item.sample_id, truth[item.path]) for item in items]
    ledger = Ledger()
    async with (
        subscribe(**platform.broker.arguments(), job=job.id, start=Start.NOW, deduplicate=False) as subscription,
        _listening(subscription, ledger, narrator) as listening,
    ):
        narrator.step("Labeling", LABELED)
        began = perf_counter()
        await _label(client, job.id, samples[:LABELED], ledger, narrator)
        seconds = perf_counter() - began
        await _rename(client, job.id, ledger)
        await _settle(ledger, listening)
    stats = await client.items.stats(job.id)
    findings, expected = ledger.findings(), _expected(samples[:LABELED])
    problems = tuple(broken(findings, stats, expected, images=len(digits), labeled=LABELED))
    return Outcome(job, findings, stats, expected, seconds, problems)


async def _dataset(client: AsyncClient) -> Dataset:
    async for dataset in client.datasets.list():
        if dataset.name == DATASET and dataset.source.bucket == bucket.NAME:
            return dataset
    return await client.datasets.create(
        DATASET,
        bucket=bucket.NAME,
        prefix=PREFIX,
        description="The 1,797 handwritten digits of scikit-learn",
        labeling_description="Which digit is it?",
    )


async def _label(
    client: AsyncClient, job_id: str, samples: Sequence[tuple[str, str]], ledger: Ledger, narrator: Narrator
) -> None:
    """As people would: one image a request, several at work at once."""
    waiting = iter(samples)

    async def hand() -> None:
        for sample_id, label in waiting:
            result = await client.annotations.apply(job_id, [sample_id], add=[label])
            if result.changed == 1:
                ledger.labeled(sample_id, label, perf_counter())
            narrator.advance()

    await asyncio.gather(*(hand() for _ in range(_HANDS)))


async def _rename(client: AsyncClient, job_id: str, ledger: Ledger) -> None:
    before, after = RENAME
    async for label in client.labels.list(job_id):
        if label.name == before:
            await client.labels.update(job_id, label.id, name=after)
            ledger.renamed(before, after)


@asynccontextmanager
async def _listening(
    subscription: Subscription, ledger: Ledger, narrator: Narrator
) -> AsyncIterator["asyncio.Task[None]"]:
    """The subscriber at work beside what happens within."""

    async def listen() -> None:
        async for changes in subscription.batches():
            now = perf_counter()
            for change in changes:
                ledger.arrived(change, now)
                narrator.received(change)

    listening = asyncio.create_task(listen())
    try:
        yield listening
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _settle(ledger: Ledger, listening: "asyncio.Task[None]") -> None:
    """Wait for the events that are due, and a moment longer for any that must not come."""
    with suppress(TimeoutError):  # the table at the end shows what is missing
        async with asyncio.timeout(_EVENTS_WITHIN):
            while ledger.events < ledger.changes and not listening.done():  # noqa: ASYNC110  # the ledger does no I/O
                await asyncio.sleep(0.02)
    await asyncio.sleep(_LINGER)
    if listening.done():
        listening.result()


def _expected(samples: Sequence[tuple[str, str]]) -> dict[str, int]:
    names = [RENAME[1] if label == RENAME[0] else label for _, label in samples]
    return {name: names.count(name) for name in sorted(set(names))}
