"""Kafka clients with the settings that the promises need. With `consumer` and `topic_admin`, all that names aiokafka.

aiokafka's defaults lose and reorder messages (`acks=1`, no idempotence) and send 16 KiB at a time.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from labelstream_common.messaging.kafka_access import Kafka, arguments_of
from labelstream_common.tasks import end
from labelstream_common.telemetry import get_logger
from labelstream_contracts.topics import MAX_MESSAGE_BYTES

log = get_logger(__name__)

BATCH_BYTES = 1024 * 1024
FETCHED_BYTES = 16 * 1024 * 1024
IDLE_MS = 5_000


def producer_of(kafka: Kafka, *, client_id: str) -> AIOKafkaProducer:
    """An idempotent producer with `acks=all`; not started."""
    return AIOKafkaProducer(
        **arguments_of(kafka),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        compression_type=None,  # every Kafka client reads it, also one without optional codecs
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_MESSAGE_BYTES,
        linger_ms=0,
        request_timeout_ms=20_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=60_000,
    )


class _Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Asks for more only when what it has was taken.

    After a tenth of a second aiokafka asks for all partitions but the ones whose messages still wait, and while that
    fetch waits for something to come, those are not read at all. It has no public setting for this.
    """

    async def start(self) -> None:
        await super().start()
        self._fetcher._prefetch_backoff = IDLE_MS / 1_000


async def give_up(producer: AIOKafkaProducer, *, within: float) -> None:
    """Stops a producer that may have failed: what it holds is sent if that takes less than `within` seconds.

    `stop` waits for that without an end, and one that is merely cancelled goes on in the background: it would send old
    messages behind the back of its successor. aiokafka has no public way to end it.
    """
    try:
        await asyncio.wait_for(producer.stop(), within)
    except Exception as error:
        log.warning("producer.stop.forced", error=repr(error))
        with contextlib.suppress(Exception):  # cutting its connections, below, ends it as well
            await producer._sender.close()
        with contextlib.suppress(Exception):  # it is thrown away; the process is about to end or makes another one
            await producer.client.close()


def consumer_of(
    kafka: Kafka, *, client_id: str, group_id: str | None, instance_id: str | None = None
) -> AIOKafkaConsumer:
    """A consumer that commits nothing by itself and begins at the beginning; not started.

    With a `group_id` partitions are shared in that group; without one the caller assigns them.
    """
    return _Consumer(
        **arguments_of(kafka),
        client_id=client_id,
        group_id=group_id,
        group_instance_id=instance_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_bytes=FETCHED_BYTES,
        # The broker answers a fetch when there is something. A rebalance waits behind a fetch that is under way.
        fetch_max_wait_ms=IDLE_MS if group_id is None else 1_000,
        consumer_timeout_ms=IDLE_MS,  # how often the fetching looks at itself with nothing to do; every event wakes it
        session_timeout_ms=30_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=300_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=30_000,
    )


async def messages_of(
    consumer: AIOKafkaConsumer, stop: asyncio.Event, *, most: int
) -> Mapping[TopicPartition, Sequence[ConsumerRecord]]:
    """Up to `most` messages as soon as there are some; none after five seconds without any, or once `stop` is set."""
    coming = asyncio.create_task(consumer.getmany(timeout_ms=IDLE_MS, max_records=most))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({coming, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else {}
    finally:
        await end((coming, stopping))
