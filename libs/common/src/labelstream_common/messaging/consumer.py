"""The consumer loop: a batch of messages is applied in one transaction together with the offsets it ends at.

Three outcomes. Transient trouble: pause and apply the same batch again. A message that breaks its contract: dead
letter, then go on; too many of those halt the consumer. Anything else: stop without committing, and let the supervisor
begin anew. A watchdog ends a consumer that does not advance although it lags.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from labelstream_common.clock import SystemClock
from labelstream_common.messaging.dead_letters import DeadLetters, TooManyDeadLetters
from labelstream_common.messaging.kafka import consumer_of
from labelstream_common.messaging.offsets import Fenced, Offsets, Partition
from labelstream_common.messaging.received import Follower, Poison, Received, Unreadable, received
from labelstream_common.messaging.request_scope import current_context
from labelstream_common.messaging.topic_admin import partition_counts
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.telemetry import get_logger, metrics, spans
from labelstream_contracts.topics import consumer_group

log = get_logger(__name__)

STALLED_AFTER = 30.0
_POLL_MS = 500
_LONGEST_PAUSE = 5.0
_YIELD_EVERY = 100
_BEFORE_TAKING_BACK = 0.2


class ConsumerStalled(Exception):
    """It lags and does not advance: its client must be built anew."""


class Consumer:
    """One member of the group `<service>.<purpose>`. `run` works until `stop` is set or something stops it."""

    def __init__(
        self,
        follower: Follower,
        *,
        service: str,
        client: Client,
        database: Database,
        bootstrap_servers: str,
        shares_group: bool,
        instance_id: str | None = None,
    ) -> None:
        self._follower = follower
        self.group = consumer_group(service, follower.purpose)
        self._client = client
        self._database = database
        self._servers = bootstrap_servers
        self._shares_group = shares_group
        self._instance_id = instance_id
        self._clock = SystemClock()
        self._positions: dict[TopicPartition, int] = {}
        self.halted: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Follows until `stop`. A halted consumer waits for `stop` and does nothing: see `halted`.

        Raises what stopped it; nothing of the batch at hand was committed then.
        """
        offsets = Offsets(self._database, self.group)
        letters = DeadLetters(self._servers, self.group)
        consumer = consumer_of(
            self._servers,
            client_id=self.group,
            group_id=self.group if self._shares_group else None,
            instance_id=self._instance_id,
        )
        await consumer.start()
        try:
            await self._assign(consumer, offsets)
            await self._follow(consumer, offsets, letters, stop)
        except TooManyDeadLetters as error:
            self.halted = str(error)
            metrics.halted(self.group)
            log.error(  # noqa: TRY400 - the reason says it; the trace says nothing more
                "consumer.halted", group=self.group, reason=str(error)
            )
            await stop.wait()
        finally:
            await consumer.stop()
            await letters.close()

    async def _assign(self, consumer: AIOKafkaConsumer, offsets: Offsets) -> None:
        if self._shares_group:
            consumer.subscribe(self._follower.topics, listener=_ClaimOnAssignment(consumer, offsets, self._positions))
            return
        counts = await partition_counts(self._servers, self._follower.topics)
        partitions = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
        consumer.assign(partitions)
        self._positions |= await _seek(consumer, offsets, partitions)

    async def _follow(
        self, consumer: AIOKafkaConsumer, offsets: Offsets, letters: DeadLetters, stop: asyncio.Event
    ) -> None:
        watchdog = _Watchdog()
        while not stop.is_set():
            batches = await consumer.getmany(timeout_ms=_POLL_MS, max_records=self._follower.batch)
            if batches:
                try:
                    await self._apply_patiently(batches, offsets, letters, stop)
                except Fenced:
                    if not self._shares_group:
                        raise
                    log.warning("consumer.batch.fenced", group=self.group)
                    await self._take_back(consumer, offsets, batches)
                    continue
                self._positions |= {at: messages[-1].offset + 1 for at, messages in batches.items()}
            lag = self._lag(consumer)
            metrics.lag(self.group, lag)
            watchdog.look(advanced=bool(batches), lag=lag)
            if batches and self._follower.rest:
                await asyncio.sleep(self._follower.rest)

    async def _take_back(
        self, consumer: AIOKafkaConsumer, offsets: Offsets, batches: Mapping[TopicPartition, Sequence[ConsumerRecord]]
    ) -> None:
        """Goes back to where the database stands in those partitions of a lost batch that are still this one's.

        One partition that another consumer has taken loses the whole batch, which the client counts as read. Whom a
        partition belongs to is Kafka's word: a claim of somebody who held it before may have come late.
        """
        await asyncio.sleep(_BEFORE_TAKING_BACK)
        left = [at for at in batches if at in consumer.assignment()]
        self._positions |= await _seek(consumer, offsets, left)

    async def _apply_patiently(
        self,
        batches: Mapping[TopicPartition, Sequence[ConsumerRecord]],
        offsets: Offsets,
        letters: DeadLetters,
        stop: asyncio.Event,
    ) -> None:
        events = await self._read(batches, letters)
        ends = {Partition(at.topic, at.partition): messages[-1].offset + 1 for at, messages in batches.items()}
        wait = 0.1
        while True:
            try:
                with spans.following(events, self.group):
                    await self._apply(events, offsets, ends)
            except Poison as poison:
                await self._bury(poison, batches, letters)
                events = [event for event in events if event is not poison.event]
            except (PyMongoError, KafkaError, OSError) as error:
                if stop.is_set():
                    raise
                log.warning("consumer.batch.paused", group=self.group, error=repr(error), seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_PAUSE)
            else:
                return

    async def _read(
        self, batches: Mapping[TopicPartition, Sequence[ConsumerRecord]], letters: DeadLetters
    ) -> list[Received]:
        events: list[Received] = []
        for messages in batches.values():
            for count, message in enumerate(messages, 1):
                try:
                    event = received(message)
                except Unreadable as error:
                    await letters.put(message, str(error), self._clock.now())
                    continue
                if event is not None:
                    events.append(event)
                if count % _YIELD_EVERY == 0:
                    await asyncio.sleep(0)
        letters.read(len(events))
        return events

    async def _apply(self, events: Sequence[Received], offsets: Offsets, ends: Mapping[Partition, int]) -> None:
        async def once(session: Session) -> None:
            await offsets.advance(session, ends)
            if events:
                last = events[-1]
                token = current_context.set(last.context)
                try:
                    await self._follower.apply(events, session)
                finally:
                    current_context.reset(token)

        await in_transaction(self._client, once)

    async def _bury(
        self, poison: Poison, batches: Mapping[TopicPartition, Sequence[ConsumerRecord]], letters: DeadLetters
    ) -> None:
        event = poison.event
        messages = batches[TopicPartition(event.topic, event.partition)]
        message = next(message for message in messages if message.offset == event.offset)
        await letters.put(message, poison.reason, self._clock.now())

    def _lag(self, consumer: AIOKafkaConsumer) -> int:
        """Messages between what was applied and the ends that the last fetches told."""
        ends = ((at, consumer.highwater(at)) for at in consumer.assignment())
        return sum(max(0, end - self._positions.get(at, 0)) for at, end in ends if end is not None)


class _ClaimOnAssignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Becomes the owner of assigned partitions and goes on where the projection's database says."""

    def __init__(self, consumer: AIOKafkaConsumer, offsets: Offsets, positions: dict[TopicPartition, int]) -> None:
        self._consumer = consumer
        self._offsets = offsets
        self._positions = positions

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Nothing to give back: the next owner's claim is what fences this one."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._positions.update(await _seek(self._consumer, self._offsets, assigned))


class _Watchdog:
    def __init__(self) -> None:
        self._advanced_at = time.monotonic()

    def look(self, *, advanced: bool, lag: int) -> None:
        now = time.monotonic()
        if advanced or lag == 0:
            self._advanced_at = now
        elif now - self._advanced_at > STALLED_AFTER:
            raise ConsumerStalled(f"{lag} messages behind and none read for {STALLED_AFTER:.0f} s")


async def _seek(
    consumer: AIOKafkaConsumer, offsets: Offsets, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    found = await offsets.claim(Partition(at.topic, at.partition) for at in partitions)
    positions = {}
    for at in partitions:
        offset = found.get(Partition(at.topic, at.partition))
        if at not in consumer.assignment():
            continue  # it went to somebody else meanwhile
        if offset is None:
            await consumer.seek_to_beginning(at)
        else:
            consumer.seek(at, offset)
            positions[at] = offset
    return positions
