"""Promise 11: when what waits to be published is too old, changes are refused whole, and nothing is lost."""

from collections.abc import Awaitable, Callable
from typing import Any

from pymongo import AsyncMongoClient
from tests.support.platform import RELAY, Platform
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, new_work

Promises = Callable[[Work], Awaitable[object]]
_CLIENTS = 4


async def test_changes_are_refused_while_what_waits_to_be_published_is_too_old(
    platform: Platform, promises_hold: Promises
) -> None:
    work = await new_work(platform, 60)
    relay = platform.processes[RELAY]
    async with labeling(platform, work, clients=_CLIENTS):
        await eventually(lambda: _acknowledged_more_than(work, 0))
        await relay.kill()
        await _let_what_waits_be_old(platform, work)
        await eventually(lambda: _somebody_was_refused(work))

        body = {"filter": {}, "add": ["never"]}
        refused = await platform.client.post(f"/api/v1/jobs/{work.job_id}/annotations", json=body)
        assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")
        assert int(refused.headers["retry-after"]) > 0
        assert not await platform.operations(work.job_id)
        stats = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
        assert stats.status_code == 200, "reading is refused, too"

        before = len(work.ledger.by_outcome("ok"))
        await relay.start()
        await eventually(lambda: _acknowledged_more_than(work, before + _CLIENTS), within=30)
    await promises_hold(work)


async def _let_what_waits_be_old(platform: Platform, work: Work) -> None:
    """An hour passes for a record that was committed when there was no relay any more: nobody has sent it yet."""
    before = len(work.ledger.by_outcome("ok"))
    await eventually(lambda: _acknowledged_more_than(work, before + _CLIENTS))
    an_hour_ago = [{"$set": {"at": {"$subtract": ["$at", 3_600_000]}}}]
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url) as client:
        changes = client["labelstream_label"]["changes"]
        aged = await changes.find_one_and_update(
            {"stream": work.job_id, "pending": True}, an_hour_ago, sort=[("seq", -1)]
        )
    assert aged is not None


async def _somebody_was_refused(work: Work) -> None:
    assert any("429" in attempt.detail for attempt in work.ledger.by_outcome("refused"))


async def _acknowledged_more_than(work: Work, count: int) -> None:
    assert len(work.ledger.by_outcome("ok")) > count
