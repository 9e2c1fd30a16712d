"""Kafka clients with the settings that the promises need. With `consumer` and `topic_admin`, all that names aiokafka.

aiokafka's defaults lose and reorder messages (`acks=1`, no idempotence) and send 16 KiB at a time.
"""

import asyncio
import contextlib

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from labelstream_common.telemetry import get_logger
from labelstream_contracts.topics import MAX_MESSAGE_BYTES

log = get_logger(__name__)

BATCH_BYTES = 1024 * 1024
FETCHED_BYTES = 16 * 1024 * 1024


def producer_of(bootstrap_servers: str, *, client_id: str) -> AIOKafkaProducer:
    """An idempotent producer with `acks=all`; not started."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
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


async def give_up(producer: AIOKafkaProducer, *, within: float) -> None:
    """Stops a producer that may have failed: what it holds is sent if that takes less than `within` seconds.

    `stop` waits for that without an end, and one that is merely cancelled goes on in the background: it would send old
    messages behind the back of its successor. aiokafka has no public way to end it.
    """
    try:
        await asyncio.wait_for(producer.stop(), within)
    except Exception as error:
        log.warning("producer.stop.forced", error=repr(error))
        with contextlib.suppress(Exception):
            await producer._sender.close()
        with contextlib.suppress(Exception):
            await producer.client.close()


def consumer_of(
    bootstrap_servers: str, *, client_id: str, group_id: str | None, instance_id: str | None = None
) -> AIOKafkaConsumer:
    """A consumer that commits nothing by itself and begins at the beginning; not started.

    With a `group_id` partitions are shared in that group; without one the caller assigns them.
    """
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id=client_id,
        group_id=group_id,
        group_instance_id=instance_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_bytes=FETCHED_BYTES,
        fetch_max_wait_ms=500,
        session_timeout_ms=30_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=300_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=30_000,
    )
