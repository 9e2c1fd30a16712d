"""What thumbnails tell of many images at once takes a few transactions, and nobody waits for more than two of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sync_service.application.keep_facts import MeasuresKeeper
from sync_service.application.ports import Ports
from sync_service.domain.dataset import DatasetId
from sync_service.domain.events import SamplesUpdated
from sync_service.domain.sample import Measured, Sample, SampleId

MEASURED = Measured(60, 20, "image/png")


def sample(name: str, dataset: str = "dataset", etag: str = "etag") -> Sample:
    now = datetime.now(UTC)
    return Sample(SampleId(name), DatasetId(dataset), "bucket", f"{name}.png", 1, etag, "image/png", now, now)


class Database:
    """The ports that the keeper uses. A transaction ends when it is told to; that of dataset `full` fails."""

    def __init__(self, *stored: Sample) -> None:
        self.stored = {each.id: each for each in stored}
        self.may_end = asyncio.Event()
        self.saved: list[list[str]] = []
        self.told: list[list[str]] = []
        self.samples = self.clock = self

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[Any]:
        await self.may_end.wait()
        yield self

    async def load(self, dataset_id: str, ids: Sequence[SampleId], _: Any) -> dict[SampleId, Sample]:
        if dataset_id == "full":
            raise OSError("no space")
        return {each: self.stored[each] for each in ids if each in self.stored}

    async def save(self, samples: Sequence[Sample], _: Any) -> None:
        self.saved.append([each.id for each in samples])
        self.stored.update({each.id: each for each in samples})

    def record(self, event: SamplesUpdated) -> None:
        self.told.append([each.id for each in event.samples])

    def now(self) -> datetime:
        return datetime.now(UTC)


async def test_those_that_come_meanwhile_are_kept_together() -> None:
    samples = [sample(str(number)) for number in range(100)]
    database = Database(*samples)
    keeper = MeasuresKeeper(cast("Ports", database))
    kept = [asyncio.create_task(keeper.keep(each, MEASURED)) for each in samples]
    await asyncio.sleep(0)
    database.may_end.set()
    await asyncio.gather(*kept)
    assert len(database.saved) <= 2
    assert database.saved == database.told
    assert sorted((one for some in database.saved for one in some), key=int) == [each.id for each in samples]
    assert {each.width for each in database.stored.values()} == {60}
    await keeper.keep(database.stored[SampleId("7")], MEASURED)  # known already
    assert len(database.saved) <= 2


async def test_what_fails_takes_nothing_else_with_it() -> None:
    database = Database(sample("good"))
    database.may_end.set()
    keeper = MeasuresKeeper(cast("Ports", database))
    await asyncio.gather(keeper.keep(sample("bad", "full"), MEASURED), keeper.keep(sample("good"), MEASURED))
    assert database.saved == [["good"]]


async def test_bytes_that_were_replaced_meanwhile_are_left_alone() -> None:
    database = Database(sample("a", etag="new"))
    database.may_end.set()
    await MeasuresKeeper(cast("Ports", database)).keep(sample("a", etag="old"), MEASURED)
    assert database.stored[SampleId("a")].width is None
    assert database.told == []
