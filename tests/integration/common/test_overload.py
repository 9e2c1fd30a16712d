"""Promise 11 by the amount: changes are refused from the first record beyond 20,000, until there is room again."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.messaging.overload import MOST_RECORDS, OutboxGauge
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Database


async def test_changes_are_refused_from_the_first_record_beyond_the_limit(database: Database) -> None:
    changes = database[CHANGES]
    now = datetime.now(UTC) + timedelta(minutes=5)  # however slow the machine is, none of them is old
    waiting = [
        {"_id": f"waits-{number}", "stream": "waits", "seq": number, "at": now, "pending": True}
        for number in range(MOST_RECORDS + 1)
    ]
    assert MOST_RECORDS == 20_000
    await changes.insert_many(waiting[:-1], ordered=False)
    gauge = OutboxGauge(database, SystemClock(), service="test")
    stop = asyncio.Event()
    measuring = asyncio.create_task(gauge.run(stop))
    try:
        await asyncio.sleep(1.2)  # it has measured twice
        assert gauge.retry_after() is None
        await changes.insert_one(waiting[-1])
        await eventually(lambda: _says(gauge, full=True), within=10)
        await changes.update_one({"_id": "waits-0"}, {"$unset": {"pending": ""}})
        await eventually(lambda: _says(gauge, full=False), within=10)
    finally:
        stop.set()
        await measuring
        await changes.delete_many({"stream": "waits"})


async def _says(gauge: OutboxGauge, *, full: bool) -> None:
    assert (gauge.retry_after() is not None) == full
