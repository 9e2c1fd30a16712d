"""The consumer loop: messages are applied piece by piece, each in one transaction with the offsets it ends at.

Four outcomes. What passes by itself: pause and apply the same piece again. A message that breaks its contract or can
never be applied: dead letter, then go on; too many of those halt the consumer. Trouble with the client: the supervisor
builds it anew, and a watchdog does for one that lags without advancing. Anything else is a fault: nothing of the piece
is committed, it is counted, and when it comes a third time in a row the consumer halts, for `/readyz` and the metrics
to show.
"""

import asyncio
import time
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from labelstream_common.messaging.batches import Passed, Piece, Spans, joined, parts_around, pieces_of
from labelstream_common.messaging.dead_letters import DeadLetters, TooManyDeadLetters
from labelstream_common.messaging.kafka import consumer_of, messages_of
from labelstream_common.messaging.kafka_access import Kafka
from labelstream_common.messaging.offsets import Fenced, Offsets, Overtaken
from labelstream_common.messaging.passing import mends_itself, passes
from labelstream_common.messaging.reading import Fetched, read
from labelstream_common.messaging.received import Follower, Poison, Received
from labelstream_common.messaging.request_scope import current_context
from labelstream_common.messaging.seeking import ClaimOnAssignment, lag_behind, seek
from labelstream_common.messaging.topic_admin import partition_counts
from labelstream_common.mongo import Client, Database, Session, in_transaction, is_unstorable
from labelstream_common.tasks import rest
from labelstream_common.telemetry import get_logger, metrics, spans
from labelstream_contracts.topics import consumer_group

log = get_logger(__name__)

STALLED_AFTER = 30.0
_LONGEST_PAUSE = 5.0
_BEFORE_TAKING_BACK = 0.2
_LAG_EVERY = 10.0
_FETCHED_AT_ONCE = 500
TRIES = 3


class ConsumerStalled(Exception):
    """It lags and does not advance: its client must be built anew."""


class _Run(NamedTuple):
    """What one life of the Kafka client works with."""

    offsets: Offsets
    letters: DeadLetters
    stop: asyncio.Event


class Consumer:
    """One member of the group `<service>.<purpose>`. `run` works until `stop` is set or something stops it."""

    def __init__(
        self,
        follower: Follower,
        *,
        service: str,
        client: Client,
        database: Database,
        bootstrap_servers: Kafka,
        shares_group: bool,
        instance_id: str | None = None,
    ) -> None:
        self._follower = follower
        self.group = consumer_group(service, follower.purpose)
        self._client = client
        self._database = database
        self._kafka = bootstrap_servers
        self._shares_group = shares_group
        self._instance_id = instance_id
        self._positions: dict[TopicPartition, int] = {}
        self._passed = Passed()
        self._failures = 0
        self.halted: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Follows until `stop`. Once it has halted it only measures how far it lags: see `halted`.

        Raises what stopped it; nothing of the piece at hand was committed then.
        """
        if self.halted is None:
            try:
                await self._work(stop)
            except TooManyDeadLetters as error:
                self._halt(str(error))
            except Exception as error:
                if not self._is_fault(error):
                    raise
                self._failures += 1
                metrics.consumer_failed(self.group)
                if self._failures < TRIES:
                    raise
                log.exception("consumer.batch.failed", group=self.group)
                self._halt(f"{type(error).__name__}: {error}")
        if self.halted is not None:
            await self._watch_lag(stop)

    def _is_fault(self, error: Exception) -> bool:
        return not (isinstance(error, Fenced | ConsumerStalled) or mends_itself(error))

    def _halt(self, reason: str) -> None:
        self.halted = reason
        metrics.halted(self.group)
        log.error("consumer.halted", group=self.group, reason=reason)

    async def _watch_lag(self, stop: asyncio.Event) -> None:
        """What a halted consumer still does, so that the metric tells how much waits for somebody to look."""
        while not stop.is_set():
            try:
                metrics.lag(self.group, await lag_behind(self._kafka, self.group, self._positions))
            except Exception as error:
                log.warning("consumer.lag.unknown", group=self.group, error=repr(error))
            await rest(stop, _LAG_EVERY)

    async def _work(self, stop: asyncio.Event) -> None:
        run = _Run(Offsets(self._database, self.group), DeadLetters(self._kafka, self.group), stop)
        consumer = consumer_of(
            self._kafka,
            client_id=self.group,
            group_id=self.group if self._shares_group else None,
            instance_id=self._instance_id,
        )
        self._passed.forget()
        await consumer.start()
        metrics.follows(self.group)
        try:
            await self._assign(consumer, run.offsets)
            await self._follow(consumer, run)
        finally:
            await consumer.stop()
            await run.letters.close()

    async def _assign(self, consumer: AIOKafkaConsumer, offsets: Offsets) -> None:
        if self._shares_group:
            consumer.subscribe(self._follower.topics, listener=ClaimOnAssignment(consumer, offsets, self._positions))
            return
        counts = await partition_counts(self._kafka, self._follower.topics)
        partitions = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
        consumer.assign(partitions)
        self._positions |= await seek(consumer, offsets, partitions)

    async def _follow(self, consumer: AIOKafkaConsumer, run: _Run) -> None:
        watchdog = _Watchdog()
        while not run.stop.is_set():
            fetched = await messages_of(consumer, run.stop, most=_FETCHED_AT_ONCE)
            if fetched or self._passed.is_due:
                try:
                    await self._apply(fetched, run)
                except (Fenced, Overtaken) as error:
                    if isinstance(error, Fenced) and not self._shares_group:
                        raise
                    log.warning("consumer.batch.lost", group=self.group, reason=type(error).__name__)
                    self._passed.forget()
                    await self._take_back(consumer, run.offsets, fetched)
                    continue
                self._failures = 0
            lag = self._lag(consumer)
            metrics.lag(self.group, lag)
            watchdog.look(advanced=bool(fetched), lag=lag)
            if fetched:
                await self._rest(run.stop)

    async def _rest(self, stop: asyncio.Event) -> None:
        more = self._follower.rests_more
        seconds = self._follower.rest + (await more() if more is not None else 0.0)
        if seconds:
            await rest(stop, seconds)

    async def _take_back(self, consumer: AIOKafkaConsumer, offsets: Offsets, fetched: Fetched) -> None:
        """Goes back to where the database stands in those partitions of a lost batch that are still this one's.

        One partition that another consumer has taken loses the whole batch, which the client counts as read. Whom a
        partition belongs to is Kafka's word: a claim of somebody who held it before may have come late.
        """
        await asyncio.sleep(_BEFORE_TAKING_BACK)
        left = [at for at in fetched if at in consumer.assignment()]
        self._positions |= await seek(consumer, offsets, left)

    async def _apply(self, fetched: Fetched, run: _Run) -> None:
        reading = await read(fetched, self._follower, run.letters)
        pieces = pieces_of(reading.spans, reading.events, self._follower)
        if not pieces:
            self._passed.note(reading.spans)
            is_due = self._passed.is_due or (reading.too_many is not None and self._passed.spans)
            pieces = [Piece((), {})] if is_due else []
        for piece in pieces:
            whole = Piece(piece.events, joined(self._passed.spans, piece.spans))
            await self._apply_patiently(whole, fetched, run)
            self._passed.forget()
        self._positions |= _ends(reading.spans)
        if reading.too_many is not None:
            raise reading.too_many

    async def _apply_patiently(self, piece: Piece, fetched: Fetched, run: _Run) -> None:
        wait = 0.1
        while True:
            try:
                with spans.following(piece.events, self.group):
                    await self._commit(piece, run.offsets)
            except Exception as error:
                if piece.events and (isinstance(error, Poison) or is_unstorable(error)):
                    await self._apply_around(piece, error, fetched, run)
                    return
                if run.stop.is_set() or not passes(error):
                    raise
                log.warning("consumer.batch.paused", group=self.group, error=repr(error), seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_PAUSE)
            else:
                self._positions |= _ends(piece.spans)
                return

    async def _apply_around(self, piece: Piece, error: Exception, fetched: Fetched, run: _Run) -> None:
        """Applies a piece with poison in it: what was before and after it apart, and the one alone is put aside."""
        poison = error.event if isinstance(error, Poison) else None
        if len(piece.events) == 1:
            await self._bury(piece.events[0], error, fetched, run.letters)
            parts = [Piece((), piece.spans)]
        else:
            parts = parts_around(piece, poison)
        for part in parts:
            await self._apply_patiently(part, fetched, run)

    async def _commit(self, piece: Piece, offsets: Offsets) -> None:
        async def once(session: Session) -> None:
            await offsets.advance(session, piece.spans)
            if piece.events:
                token = current_context.set(piece.events[-1].context)
                try:
                    await self._follower.apply(piece.events, session)
                finally:
                    current_context.reset(token)

        await in_transaction(self._client, once)

    async def _bury(self, event: Received, error: Exception, fetched: Fetched, letters: DeadLetters) -> None:
        messages = fetched[TopicPartition(event.topic, event.partition)]
        message = next(message for message in messages if message.offset == event.offset)
        reason = error.reason if isinstance(error, Poison) else f"{type(error).__name__}: {error}"
        await letters.put(message, reason)

    def _lag(self, consumer: AIOKafkaConsumer) -> int:
        """Messages between what was applied and the ends that the last fetches told."""
        ends = ((at, consumer.highwater(at)) for at in consumer.assignment() if at in self._positions)
        return sum(max(0, end - self._positions[at]) for at, end in ends if end is not None)


def _ends(read_to: Spans) -> dict[TopicPartition, int]:
    return {TopicPartition(*at): span.end for at, span in read_to.items()}


class _Watchdog:
    def __init__(self) -> None:
        self._advanced_at = time.monotonic()

    def look(self, *, advanced: bool, lag: int) -> None:
        now = time.monotonic()
        if advanced or lag == 0:
            self._advanced_at = now
        elif now - self._advanced_at > STALLED_AFTER:
            raise ConsumerStalled(f"{lag} messages behind and none read for {STALLED_AFTER:.0f} s")
