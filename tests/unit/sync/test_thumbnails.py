"""Thumbnails that are kept already are looked for in turn by account, so that a flood of one leaves others alone."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sync_service.application.ports import Ports
from sync_service.application.thumbnails import LOOKUPS_AT_ONCE, MOST_OF_ONE_ACCOUNT, Thumbnails
from sync_service.domain.dataset import AccountId, DatasetId
from sync_service.domain.image import ThumbnailsBusy
from sync_service.domain.sample import Sample, SampleId

FLOODER, OTHER = AccountId("flooder"), AccountId("other")


class Store:
    """Keeps every thumbnail; answers a look when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = asyncio.Semaphore(0)

    async def find(self, key: str) -> bytes:
        self.asked.append(key.split("/")[2])
        await self.answers.acquire()
        return b"kept"


def sample(name: str) -> Sample:
    now = datetime.now(UTC)
    return Sample(SampleId(name), DatasetId("dataset"), "bucket", f"{name}.png", 1, "etag", "image/png", now, now)


async def test_a_flood_of_one_account_waits_behind_itself_and_is_refused_beyond_the_limit() -> None:
    store = Store()
    thumbnails = Thumbnails(cast("Ports", SimpleNamespace(thumbnails=store)), workers=1)
    most = LOOKUPS_AT_ONCE + MOST_OF_ONE_ACCOUNT
    flood: list[asyncio.Task[Any]] = []
    for number in range(most):
        flood.append(asyncio.create_task(thumbnails.get(sample(f"flood-{number}"), 64, FLOODER)))
        await asyncio.sleep(0)
    with pytest.raises(ThumbnailsBusy) as refused:
        await thumbnails.get(sample("one-more"), 64, FLOODER)
    assert refused.value.retry_after
    assert len(store.asked) == LOOKUPS_AT_ONCE
    other = asyncio.create_task(thumbnails.get(sample("other"), 64, OTHER))
    await asyncio.sleep(0)
    for _ in range(LOOKUPS_AT_ONCE):
        store.answers.release()
    await asyncio.gather(*flood[:LOOKUPS_AT_ONCE])
    await asyncio.sleep(0)
    assert "other" in store.asked, "the other account comes second, not last"
    for _ in range(most):
        store.answers.release()
    assert (await other).content == b"kept"
    assert {(await one).content for one in flood} == {b"kept"}
