"""Promises 1 to 5 and 12 when Kafka or MongoDB goes away under load and comes back."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work

Promises = Callable[[Work], Awaitable[None]]


async def test_labeling_goes_on_while_kafka_is_stopped_and_nothing_is_lost(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 100)
    async with labeling(platform, work):
        await asyncio.sleep(1)
        await platform.stack.kafka.stop()
        before = len(work.ledger.by_outcome("ok"))
        await asyncio.sleep(3)
        assert len(work.ledger.by_outcome("ok")) > before, "nobody could label without Kafka"
        await platform.stack.kafka.start()
        await asyncio.sleep(1)
    await promises_hold(work)


async def test_nothing_acknowledged_is_lost_when_mongodb_is_killed(platform: Platform, promises_hold: Promises) -> None:
    work = await new_work(platform, 100)
    async with labeling(platform, work):
        await asyncio.sleep(1)
        before = len(work.ledger.by_outcome("ok"))
        assert before, "nothing had been acknowledged that could have been lost"
        await platform.stack.mongodb.kill()
        await asyncio.sleep(1)
        await platform.stack.mongodb.start()
        await eventually(lambda: _acknowledged(work, more_than=before + 8), within=30)
    await promises_hold(work)


async def _acknowledged(work: Work, *, more_than: int) -> None:
    # Each of the eight clients may have had one request under way that had been committed before the end.
    assert len(work.ledger.by_outcome("ok")) > more_than
