"""Nothing polls when nothing happens: what the background parts of a service ask the database while they wait."""

import asyncio

from tests.support.counting import Counting

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.messaging.relay import Relay
from labelstream_common.mongo import Database
from labelstream_common.operations import Fence, Operation, OperationRunner, Operations
from labelstream_common.runtime import BackgroundTask, supervise

SECONDS = 8.0


class Idle:
    async def step(self, operation: Operation, fence: Fence) -> bool:
        raise AssertionError("there is nothing to do")


async def test_a_service_at_rest_asks_its_database_less_than_three_times_a_second(
    watched: tuple[Database, Counting], kafka_bootstrap: str
) -> None:
    database, counting = watched
    runner = OperationRunner(Operations(database, prefix="test"), {f"idle-{new_id()}": Idle()}, service="test")
    parts = [
        BackgroundTask("relay", Relay(database, bootstrap_servers=kafka_bootstrap, service="test").run),
        BackgroundTask("gauge", OutboxGauge(database, SystemClock(), service="test").run),
        BackgroundTask("operations", runner.run),
    ]
    stop = asyncio.Event()
    running = asyncio.create_task(supervise(parts, stop))
    await asyncio.sleep(3.0)  # all have begun
    counting.asked.clear()
    await asyncio.sleep(SECONDS)
    asked = counting.asked.copy()
    stop.set()
    await running
    assert asked, "nothing was counted"
    assert asked.total() < 3 * SECONDS, asked
