"""A person's look at an overwritten image takes the mark off its sample, once and never too early."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sync_service.application.content_seen import ContentSeen, content_seen
from sync_service.application.ports import Ports, Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.events import SamplesUpdated
from sync_service.domain.sample import Presence, Sample, SampleId

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATASET, ONE = DatasetId("d"), SampleId("s")
FRESH = Sample(ONE, DATASET, "b", "a.png", 5, "e", "image/png", NOW, NOW)
MARKED = FRESH.with_bytes(6, "f", "image/png", NOW)
AGAIN = MARKED.with_bytes(7, "g", "image/png", NOW)


class Samples:
    """One sample, and what was saved of it."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample

    async def load(self, _dataset_id: str, ids: Sequence[str], _work: object) -> dict[str, Sample]:
        return {each: self.sample for each in ids if each == self.sample.id}

    async def save(self, samples: Sequence[Sample], _work: object) -> None:
        for sample in samples:
            self.sample = sample


async def look(samples: Samples, *numbers: int) -> list[SamplesUpdated]:
    told: list[Any] = []
    ports = cast("Ports", SimpleNamespace(samples=samples, clock=SimpleNamespace(now=lambda: NOW)))
    work = cast("Transaction", SimpleNamespace(record=told.append))
    await content_seen([ContentSeen(DATASET, ONE, number) for number in numbers], work, ports=ports)
    return told


async def test_the_mark_goes_with_an_event_and_a_duplicate_changes_nothing() -> None:
    samples = Samples(MARKED)
    (told,) = await look(samples, 1)
    assert ([one.content_changed for one in told.samples], told.cause) == ([False], "content-seen")
    assert (samples.sample.version, samples.sample.overwritten) == (MARKED.version + 1, 1)
    assert await look(samples, 1, 1) == []


@pytest.mark.parametrize(("numbers", "marked"), [((1,), True), ((1, 2), False), ((2, 1), False), ((3,), False)])
async def test_a_look_at_what_was_there_before_leaves_the_mark(numbers: tuple[int, ...], marked: bool) -> None:
    samples = Samples(AGAIN)
    await look(samples, *numbers)
    assert samples.sample.content_changed == marked


async def test_what_is_gone_loses_the_mark_without_an_event() -> None:
    samples = Samples(MARKED.now(Presence.DELETED, NOW))
    assert await look(samples, 1) == []
    assert not samples.sample.content_changed
