"""The subscriber against a real broker: from the beginning, from now, from a commit, from a snapshot."""

import asyncio
import hashlib
from collections.abc import Sequence

import httpx
import msgspec
import pytest
from tests.integration.client.conftest import Relay

from labelstream import (
    AsyncClient,
    ItemChanged,
    Start,
    Subscription,
    UndecodableEvent,
    Unreachable,
    UnsupportedStart,
    subscribe,
)


async def taken(subscription: Subscription, count: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    async with asyncio.timeout(30):
        async for change in subscription:
            assert isinstance(change, ItemChanged)
            found.append((change.sample_id, change.version))
            if len(found) == count:
                break
    return found


async def everything(kafka_bootstrap: str, job: str) -> list[tuple[str, int]]:
    async with subscribe(kafka_bootstrap, job=job, finite=True) as subscription:
        return [
            (change.sample_id, change.version)
            async for batch in subscription.batches()
            for change in batch
            if isinstance(change, ItemChanged)
        ]


async def test_from_the_beginning_each_change_comes_once_and_in_order(
    kafka_bootstrap: str, relay: Relay, job: str
) -> None:
    await relay.publish(job, [("a", 1, 1), ("b", 1, 2), ("a", 2, 3), ("a", 1, 1), ("a", 2, 3), ("b", 2, 4)])
    found = await everything(kafka_bootstrap, job)
    assert [version for sample, version in found if sample == "a"] == [1, 2]
    assert [version for sample, version in found if sample == "b"] == [1, 2]
    assert len(found) == 4


async def test_from_now_skips_what_was_before(kafka_bootstrap: str, relay: Relay, job: str) -> None:
    await relay.publish(job, [("a", 1, 1)])
    async with subscribe(kafka_bootstrap, job=job, start=Start.NOW) as subscription:
        await relay.publish(job, [("a", 2, 2)])
        assert await taken(subscription, 1) == [("a", 2)]


async def test_a_group_goes_on_after_its_last_commit(kafka_bootstrap: str, relay: Relay, job: str) -> None:
    await relay.publish(job, [("a", version, version) for version in range(1, 6)])
    async with subscribe(kafka_bootstrap, job=job, group=f"test.{job}") as subscription:
        assert await taken(subscription, 2) == [("a", 1), ("a", 2)]
        await subscription.commit()
        assert await taken(subscription, 1) == [("a", 3)]
    async with subscribe(kafka_bootstrap, job=job, group=f"test.{job}") as subscription:
        assert await taken(subscription, 3) == [("a", 3), ("a", 4), ("a", 5)]


async def test_positions_kept_by_the_caller_are_a_start(kafka_bootstrap: str, relay: Relay, job: str) -> None:
    await relay.publish(job, [("a", version, version) for version in range(1, 4)])
    async with subscribe(kafka_bootstrap, job=job) as subscription:
        assert await taken(subscription, 2) == [("a", 1), ("a", 2)]
        positions = subscription.positions()
    async with subscribe(kafka_bootstrap, job=job, start=positions) as subscription:
        assert await taken(subscription, 1) == [("a", 3)]


async def test_a_snapshot_and_what_follows_are_the_whole_without_overlap(
    kafka_bootstrap: str, relay: Relay, job: str
) -> None:
    """The export is taken after the ends were noted; what happens between stands in both, and must come once."""
    await relay.publish(job, [("a", 1, 1)])
    async with subscribe(kafka_bootstrap, job=job, start=Start.NOW) as subscription:
        await relay.publish(job, [("a", 2, 2), ("b", 1, 3)])
        async with exporting([("a", 2), ("b", 1)], seq=3) as client:
            state = {row.sample_id: row.version async for row in subscription.snapshot(client, job)}
        assert state == {"a": 2, "b": 1}
        await relay.publish(job, [("b", 2, 4)])
        assert await taken(subscription, 1) == [("b", 2)]


async def test_poison_is_raised_with_its_coordinates_or_skipped(kafka_bootstrap: str, relay: Relay, job: str) -> None:
    await relay.poison(job, "a")
    await relay.publish(job, [("a", 1, 1)])
    async with subscribe(kafka_bootstrap, job=job) as subscription:
        with pytest.raises(UndecodableEvent, match=r"labeling\.annotation\.v1\["):
            await taken(subscription, 1)
    async with subscribe(kafka_bootstrap, job=job, skip_undecodable=True) as subscription:
        assert await taken(subscription, 1) == [("a", 1)]


async def test_no_broker_is_one_clear_error() -> None:
    with pytest.raises(Unreachable):
        async with subscribe("127.0.0.1:1"):
            pass


async def test_committing_needs_a_group(kafka_bootstrap: str, relay: Relay, job: str) -> None:
    await relay.publish(job, [("a", 1, 1)])
    with pytest.raises(UnsupportedStart):
        subscribe(kafka_bootstrap, start=Start.COMMITTED)
    async with subscribe(kafka_bootstrap, job=job) as subscription:
        with pytest.raises(UnsupportedStart):
            await subscription.commit()


def exporting(rows: Sequence[tuple[str, int]], *, seq: int) -> AsyncClient:
    body = b"".join(msgspec.json.encode({"sample_id": a, "path": a, "version": b}) + b"\n" for a, b in rows)
    end = msgspec.json.encode({"count": len(rows), "seq": seq, "sha256": hashlib.sha256(body).hexdigest()})
    gateway = httpx.MockTransport(lambda _: httpx.Response(200, content=body + end + b"\n"))
    return AsyncClient("http://gateway", token="t", transport=gateway)
