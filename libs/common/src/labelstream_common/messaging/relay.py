"""The relay: publishes change records to Kafka in commit order, with a lease so that one does it at a time.

A crash can send a record twice, with the same ids and versions; it can never lose one. It tails a change stream for
what is committed from now on. Whenever it takes the lease or the stream breaks (its history may be lost), it first
publishes what is still marked pending, stream by stream in the order of their numbers, and goes on.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from labelstream_common.messaging.byte_queue import ByteQueue
from labelstream_common.messaging.kafka import give_up, producer_of
from labelstream_common.messaging.kafka_access import Kafka
from labelstream_common.messaging.lease import Lease
from labelstream_common.messaging.messages import Message, unpack
from labelstream_common.messaging.outbox import Outbox
from labelstream_common.messaging.passing import mends_itself
from labelstream_common.messaging.wave import Record, Waves
from labelstream_common.mongo import Database
from labelstream_common.tasks import end, rest
from labelstream_common.telemetry import get_logger, metrics, spans

log = get_logger(__name__)

LEASE_SECONDS = 6.0
_STALLED_AFTER = 15.0
_WAVE_MESSAGES = 4_000
_WAVE_BYTES = 8 * 1024 * 1024
_QUEUED_BYTES = 8 * 1024 * 1024
_MARK_EVERY = 0.2
_MARKED_AT_ONCE = 1_000
_ASKED_AGAIN_EVERY = 2.0


class LeaseLost(Exception):
    """Another relay holds the lease by now."""


class ProducerStalled(Exception):
    """No acknowledgement for too long, or the producer stopped for good: it must be built anew."""


class StreamEnded(Exception):
    """The collection of change records was dropped or renamed; a stream that has ended gives nothing, at once."""


class Relay:
    """One contender for publishing a service's change records. `run` works until `stop` is set."""

    def __init__(self, database: Database, *, bootstrap_servers: Kafka, service: str) -> None:
        self._database = database
        self._kafka = bootstrap_servers
        self._service = service
        self._outbox = Outbox(database)
        self.refused: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Waits for the lease, publishes while it holds, and begins anew after every failure. Ends when told to."""
        while not stop.is_set():
            lease = Lease(self._database, "relay", LEASE_SECONDS)
            try:
                if await lease.acquire():
                    await self._lead(lease, stop)
            except LeaseLost:
                log.warning("relay.lease.lost", service=self._service)
            except (ProducerStalled, StreamEnded) as error:
                log.warning("relay.publishing.interrupted", service=self._service, error=repr(error))
            except (KafkaError, PyMongoError, OSError) as error:
                self._interrupted(error)
            finally:
                with contextlib.suppress(PyMongoError):  # the lease ends by itself
                    await lease.release()
            await rest(stop, 0.5)

    def _interrupted(self, error: Exception) -> None:
        """What does not pass by itself is tried on, since nothing may be skipped, but `/readyz` shows it."""
        if mends_itself(error):
            log.warning("relay.publishing.interrupted", service=self._service, error=repr(error))
            return
        self.refused = repr(error)
        metrics.task_failed(f"{self._service}.relay")
        log.error("relay.publishing.refused", service=self._service, error=self.refused)

    def _published(self) -> None:
        self.refused = None

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        producer = producer_of(self._kafka, client_id=f"{self._service}.relay")
        await producer.start()
        log.info("relay.lease.taken", service=self._service, token=lease.token)
        term = _Term(self._outbox, lease, Waves(producer, self._service), self._service, self._published)
        try:
            await term.serve(stop)
        finally:
            await give_up(producer, within=2.0)
            if term.in_flight:
                await self._outbox.ask_again(term.in_flight)


class _Term:
    """What one holder does with its lease: read, send, mark, and answer relays that sent too late."""

    def __init__(self, outbox: Outbox, lease: Lease, waves: Waves, service: str, published: Callable[[], None]) -> None:
        self._outbox = outbox
        self._lease = lease
        self._waves = waves
        self._service = service
        self._published = published
        self._queue: ByteQueue[Record] = ByteQueue(_QUEUED_BYTES)
        self._acknowledged: list[str] = []
        self._to_mark = asyncio.Event()
        # A latest state that is looked up while a newer one goes out would be sent after it.
        self._sending = asyncio.Lock()
        self._marking = asyncio.Lock()
        # A wave that may still reach Kafka after a later one of another term: what was sent, and not yet known to
        # have arrived while the lease held.
        self.in_flight: list[Record] = []

    async def serve(self, stop: asyncio.Event) -> None:
        tasks = [
            asyncio.create_task(work, name=f"relay.{name}")
            for name, work in (
                ("read", self._read()),
                ("send", self._send_all()),
                ("mark", self._mark_all()),
                ("keep", self._keep_lease()),
                ("again", self._answer_late_relays()),
                ("stop", _until(stop)),
            )
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(tasks)
            with contextlib.suppress(PyMongoError):  # what is not marked is sent again, and subscribers know repeats
                await self._mark()

    async def _read(self) -> None:
        async with await self._outbox.tail() as stream:
            ahead = await stream.try_next()  # opens it: nothing committed after this line can be missed
            seen: set[str] = set()
            async for record in self._outbox.left():
                seen.add(record["_id"])
                await self._queue.put(record, len(record["block"]))
            while True:
                if ahead is None:
                    seen.clear()  # the stream has caught up with what `left` had found
                elif ahead["fullDocument"]["_id"] not in seen:
                    await self._queue.put(ahead["fullDocument"], len(ahead["fullDocument"]["block"]))
                ahead = await stream.try_next()
                if ahead is None and not stream.alive:
                    raise StreamEnded

    async def _send_all(self) -> None:
        while True:
            wave = await self._next_wave()
            if self._lease.remaining() < self._lease.seconds / 3 and not await self._lease.renew():
                raise LeaseLost
            self.in_flight = wave
            async with self._sending:
                with spans.publishing(wave, self._service):
                    await self._acknowledgements(await self._waves.send(wave))
                if not self._lease.remaining() and not await self._lease.renew():
                    raise LeaseLost
                self.in_flight = []
                self._acknowledged.extend(record["_id"] for record in wave)
                self._to_mark.set()
                self._published()
            metrics.relayed(self._service, sum(record["count"] for record in wave))

    async def _next_wave(self) -> list[Record]:
        """What waits, up to a number of messages and of bytes before compression; one record at least."""
        wave = [await self._queue.get()]
        messages, size = wave[0]["count"], wave[0]["size"]
        while messages < _WAVE_MESSAGES and len(self._queue) and size + self._queue.head()["size"] <= _WAVE_BYTES:
            record = self._queue.get_nowait()
            wave.append(record)
            messages += record["count"]
            size += record["size"]
        return wave

    async def _acknowledgements(self, futures: Sequence[asyncio.Future[Any]]) -> None:
        if not futures:
            return
        done, waiting = await asyncio.wait(futures, timeout=_STALLED_AFTER, return_when=asyncio.FIRST_EXCEPTION)
        for future in done:
            future.result()
        if waiting:
            raise ProducerStalled(f"{len(waiting)} batches without an acknowledgement for {_STALLED_AFTER:.0f} s")

    async def _mark_all(self) -> None:
        """Marks go together, those of a moment at a time; where nothing is sent there is nothing to mark."""
        while True:
            await self._to_mark.wait()
            await asyncio.sleep(_MARK_EVERY)
            await self._mark()

    async def _mark(self) -> None:
        """Marks what is done. A mark that fails is not forgotten: later marks alone would leave a gap before them."""
        async with self._marking:
            while ids := self._acknowledged[:_MARKED_AT_ONCE]:
                await self._outbox.done(ids)
                del self._acknowledged[: len(ids)]
            self._to_mark.clear()

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self._lease.seconds / 3)
            if not await self._lease.renew():
                raise LeaseLost

    async def _answer_late_relays(self) -> None:
        while True:
            for asked in await self._outbox.asked_again():
                for record in asked["records"]:
                    async with self._sending:
                        await self._send_latest(record["stream"], record["seq"])
                await self._outbox.answered(asked)
            await asyncio.sleep(_ASKED_AGAIN_EVERY)

    async def _send_latest(self, stream: str, seq: int) -> None:
        """Sends again the last message of each key that the record at `seq` had, as far as it has been published.

        What still waits follows in its turn; sent now, it would overtake the versions before it.
        """
        await self._mark()  # what was acknowledged counts as published
        latest: dict[tuple[str, str], tuple[Message, Record]] = {}
        async for record in self._outbox.since(stream, seq):
            if record.get("pending"):
                break
            for message in unpack(record["block"]):
                if record["seq"] == seq or (message.topic, message.key) in latest:
                    latest[message.topic, message.key] = (message, record)
        await self._acknowledgements(await self._waves.send_messages(latest.values()))
        log.info("relay.latest.sent", service=self._service, stream=stream, seq=seq, keys=len(latest))


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()
