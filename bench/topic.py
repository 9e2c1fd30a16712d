"""P10: the annotation topic from its beginning, bare and through the SDK. Each runs as a worker."""

from time import perf_counter

from aiokafka import AIOKafkaConsumer

from bench.worker import Result, Task
from labelstream import subscribe
from labelstream_contracts import topics

_AT_ONCE = 2000


async def bare(task: Task) -> Result:
    """aiokafka's `getmany`, nothing decoded."""
    consumer = AIOKafkaConsumer(
        topics.ANNOTATION.name,
        **task["kafka"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_bytes=16 * 1024 * 1024,
    )
    await consumer.start()
    ends = await consumer.end_offsets(list(consumer.assignment()))
    await consumer.seek_to_beginning()
    count, total = 0, sum(ends.values()) - sum((await consumer.beginning_offsets(list(ends))).values())
    began = perf_counter()
    while count < total:
        for messages in (await consumer.getmany(timeout_ms=500, max_records=_AT_ONCE)).values():
            count += len(messages)
    seconds = perf_counter() - began
    await consumer.stop()
    return {"seconds": seconds, "rate": count / seconds, "count": count}


async def typed(task: Task) -> Result:
    """The SDK: decoded, typed, without duplicates."""
    count = 0
    async with subscribe(**task["broker"], labels=False, finite=True, deduplicate=True) as subscription:
        began = perf_counter()
        async for changes in subscription.batches(_AT_ONCE):
            count += len(changes)
        seconds = perf_counter() - began
    return {"seconds": seconds, "rate": count / seconds, "count": count}
