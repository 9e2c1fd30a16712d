"""What thumbnails tell of many images at once takes a few transactions, and nobody waits for more than two of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from sync_service.application.keep_facts import MeasuresKeeper
from sync_service.application.ports import Limits, Ports, Thumbnail, WholeImage
from sync_service.application.thumbnails import Thumbnails
from sync_service.domain.dataset import AccountId, DatasetId
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
    keeper = MeasuresKeeper(cast("Ports", database))
    await keeper.keep(sample("a", etag="old"), MEASURED)
    assert database.stored[SampleId("a")].width is None
    assert database.told == []
    of_new, of_old = Measured(30, 10, "image/png"), MEASURED
    await asyncio.gather(keeper.keep(sample("a", etag="new"), of_new), keeper.keep(sample("a", etag="old"), of_old))
    assert database.stored[SampleId("a")].width == 30


async def test_a_thumbnail_is_kept_after_what_it_tells_so_that_it_is_made_again_if_that_was_lost() -> None:
    database = Database(sample("a"))
    database.may_end.set()

    class Store:
        async def find(self, _: str) -> None:
            return None

        async def keep(self, _: str, __: bytes) -> None:
            assert database.told == [["a"]]
            raise OSError("the process ends here")

    ports = SimpleNamespace(
        unit_of_work=database.unit_of_work,
        samples=database,
        clock=database,
        thumbnails=Store(),
        limits=Limits(),
        objects=AsyncMock(read=AsyncMock(return_value=WholeImage(b"image", "etag"))),
        thumbnailer=AsyncMock(make=AsyncMock(return_value=Thumbnail(b"small", 60, 20, "image/png"))),
    )
    with pytest.raises(OSError, match="ends here"):
        await Thumbnails(cast("Ports", ports), workers=1).get(sample("a"), 64, AccountId("ada"))
