"""Messages that a group cannot read or apply go to `<topic>.<group>.dlq` with their coordinates, up to a limit.

A few bad messages must not block the rest; when much is bad, the reader is what is broken, and it must stop.
"""

import asyncio
from collections import deque

from aiokafka import AIOKafkaProducer, ConsumerRecord

from labelstream_common.clock import SystemClock
from labelstream_common.messaging.kafka import producer_of
from labelstream_common.messaging.kafka_access import Kafka
from labelstream_common.telemetry import get_logger, metrics
from labelstream_contracts.envelope import dead_letter_headers
from labelstream_contracts.topics import dead_letter_name

log = get_logger(__name__)

WINDOW = 1_000
LIMIT_IN_WINDOW = 100
_SEND_WITHIN = 15.0
_LONGEST_REASON = 2_000


class TooManyDeadLetters(Exception):
    """More than 100 of the last 1,000 messages were put aside: the consumer halts until somebody looks."""


class DeadLetters:
    """The dead letters of one group."""

    def __init__(self, kafka: Kafka, group: str) -> None:
        self._kafka = kafka
        self._group = group
        self._clock = SystemClock()
        self._producer: AIOKafkaProducer | None = None
        self._recent: deque[bool] = deque(maxlen=WINDOW)

    def read(self, count: int) -> None:
        """Counts messages that were readable, whether somebody wants them or not."""
        self._recent.extend([False] * min(count, WINDOW))

    async def put(self, message: ConsumerRecord, reason: str) -> None:
        """Sends `message` as it was, with where it stood and why. Raises TooManyDeadLetters instead, at the limit."""
        self._recent.append(True)
        if sum(self._recent) > LIMIT_IN_WINDOW:
            raise TooManyDeadLetters(f"{self._group}: {reason}")
        headers = dead_letter_headers(
            list(message.headers),
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            group=self._group,
            reason=reason[:_LONGEST_REASON],
            at=self._clock.now(),
        )
        producer = await self._started()
        sending = producer.send_and_wait(
            dead_letter_name(message.topic, self._group), value=message.value, key=message.key, headers=headers
        )
        await asyncio.wait_for(sending, _SEND_WITHIN)
        metrics.dead_letter(self._group, message.topic)
        log.error(
            "consumer.message.dead",
            group=self._group,
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            reason=reason[:_LONGEST_REASON],
        )

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = producer_of(self._kafka, client_id=f"{self._group}.dead-letters")
            await producer.start()
            self._producer = producer
        return self._producer
