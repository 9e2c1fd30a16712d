"""A subscriber of a Labelstream's changes over Kafka."""

import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from labelstream.aio.client import AsyncClient
from labelstream.errors import InvalidAddress, Unreachable, UnsupportedStart
from labelstream.feed import Change
from labelstream.models import ExportEnd, ExportRow
from labelstream.subscriber.intake import Intake, Message, Rules
from labelstream.subscriber.start import Positions, Start, check, seek
from labelstream_contracts import topics

_WAIT_MS = 500
_AT_ONCE = 2000


class Subscription:
    """Typed changes, in order for every item, each once; made by `subscribe`, used as an async context manager.

    Iterate over it for single changes, or over `batches()`. Nothing is committed unless the caller does: `commit()`
    covers what has been handed out so far, so call it after the effect. One task at a time may iterate.
    """

    def __init__(
        self,
        servers: str,
        consumer: AIOKafkaConsumer,
        names: Sequence[str],
        rules: Rules,
        start: Start | Positions,
        *,
        finite: bool,
    ) -> None:
        self._servers = servers
        self._consumer = consumer
        self._names = names
        self._rules = rules
        self._start = start
        self._finite = finite
        self._covered: dict[str, int] = {}
        self._intakes: dict[TopicPartition, Intake] = {}
        self._handed_out: dict[TopicPartition, int] = {}
        self._fetched: deque[tuple[TopicPartition, Sequence[Message]]] = deque()
        self._portion: _Portion | None = None
        self._ends: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> Self:
        """Connect, and note where to begin: whatever happens from here on will be handed out.

        Raises Unreachable, or InvalidAddress for servers that are not written as `host:port`.
        """
        self._consumer.subscribe(list(self._names), listener=_Forgetting(self))
        try:
            await self._consumer.start()
            await seek(self._consumer, self._start)
            if self._finite:
                self._ends = dict(await self._consumer.end_offsets(list(self._consumer.assignment())))
        except BaseException as error:
            await self._consumer.stop()
            if isinstance(error, KafkaError):
                raise Unreachable(f"No answer from Kafka at {self._servers}: {error}.") from error
            if isinstance(error, ValueError):  # of aiokafka, which reads the addresses only now
                raise InvalidAddress(self._servers, "write it as host:port", of="Kafka") from error
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def __aiter__(self) -> AsyncIterator[Change]:
        """Single changes. A change counts as handed out when it is yielded; leaving the loop loses none."""
        while (portion := await self._next(_AT_ONCE)) is not None:
            while portion.changes and portion is self._portion:
                offset, change = portion.changes.popleft()
                self._handed_out[portion.partition] = offset + 1
                yield change
            self._finish(portion)

    async def batches(self, max_changes: int = _AT_ONCE) -> AsyncIterator[list[Change]]:
        """Changes in lists of one partition each, at most `max_changes` long and never empty."""
        while (portion := await self._next(max_changes)) is not None:
            changes = [change for _, change in portion.changes]
            self._finish(portion)
            if changes:
                yield changes

    async def commit(self) -> None:
        """Commit everything that was handed out to the consumer group. Raises UnsupportedStart without a group."""
        if self._consumer._group_id is None:  # aiokafka offers no other way to ask
            raise UnsupportedStart("Only a consumer group can commit. Name a group, or keep positions() yourself.")
        own = self._consumer.assignment()
        if offsets := {partition: offset for partition, offset in self._handed_out.items() if partition in own}:
            await self._consumer.commit(offsets)

    def positions(self) -> dict[TopicPartition, int]:
        """The next offset of every partition something was handed out from: for callers that store them with their
        effect, and later begin there with `start=positions`."""
        return dict(self._handed_out)

    async def snapshot(self, client: AsyncClient, job_id: str) -> AsyncIterator[ExportRow]:
        """A consistent start for one job: its present state as rows; iterating afterwards gives exactly what is newer.

        Needs `start=Start.NOW`, which noted the topic's ends before this export is taken. The export stands at one
        `seq`; changes up to it are dropped, whatever their offset, so one number per job is all that is remembered.
        """
        async for row in client.exports.rows(job_id):
            if isinstance(row, ExportEnd):
                self._covered[job_id] = row.seq
            else:
                yield row

    def forget(self) -> None:
        """Start over with what was seen; called when partitions change hands, since others may have gone on."""
        self._intakes.clear()
        self._handed_out.clear()
        self._fetched.clear()
        self._portion = None

    async def _next(self, max_records: int) -> "_Portion | None":
        """What was begun, else what waits, else what Kafka has next; None at the end of a finite subscription."""
        while self._portion is None:
            if self._fetched:
                partition, messages = self._fetched.popleft()
                self._portion = self._read(partition, messages)
            elif await self._at_end():
                return None
            else:
                fetched = await self._consumer.getmany(timeout_ms=_WAIT_MS, max_records=max_records)
                self._fetched.extend(fetched.items())
        return self._portion

    def _read(self, partition: TopicPartition, messages: Sequence[Message]) -> "_Portion":
        intake = self._intakes.get(partition)
        if intake is None:
            intake = self._intakes[partition] = Intake(self._rules, self._covered)
        return _Portion(partition, deque(intake.read(messages)), messages[-1].offset + 1)

    def _finish(self, portion: "_Portion") -> None:
        """The whole portion was handed out, with what was filtered from its end; unless partitions changed hands."""
        if portion is self._portion:
            self._handed_out[portion.partition] = portion.end
            self._portion = None

    async def _at_end(self) -> bool:
        """Whether a finite subscription has handed out all that was there when it began."""
        for partition, end in tuple(self._ends.items()):
            if await self._consumer.position(partition) >= end:
                del self._ends[partition]
        return self._finite and not self._ends


@dataclass(frozen=True, eq=False)
class _Portion:
    """Messages of one partition that were fetched together: changes still to hand out, and the next offset."""

    partition: TopicPartition
    changes: deque[tuple[int, Change]]
    end: int


class _Forgetting(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    def on_partitions_revoked(self, revoked: object) -> None:
        self._subscription.forget()

    def on_partitions_assigned(self, assigned: object) -> None:
        """Positions are the group's offsets, or what `seek` says after the first assignment."""


def subscribe(
    bootstrap_servers: str,
    *,
    job: str | Sequence[str] | None = None,
    group: str | None = None,
    start: Start | Positions | None = None,
    labels: bool = True,
    deduplicate: bool = True,
    remember: int = 100_000,
    finite: bool = False,
    skip_undecodable: bool = False,
    security_protocol: str | None = None,
    sasl_mechanism: str | None = None,
    username: str | None = None,
    password: str | None = None,
    ca_file: str | None = None,
    kafka: Mapping[str, object] | None = None,
) -> Subscription:
    """Subscribe to changes of items, and of label sets unless `labels` is False, of all jobs or of those named.

    - `group`: partitions are shared among the group's members and `commit()` keeps its place. Without one, this
      subscriber reads everything, and keeps `positions()` itself if it wants to.
    - `start`: where to begin; default the group's place, or without a group the beginning.
    - `deduplicate`: drop what was handed out before, looking back over at least the `remember` items of each
      partition that changed last (about 200 bytes each, at most twice as many).
    - `finite`: end once everything that was there at the start has been handed out.
    - `skip_undecodable`: go on after a message that breaks the contract, instead of raising UndecodableEvent.
    - `security_protocol`, `sasl_mechanism`, `username`, `password`: how to sign in to Kafka, under the names that
      `labelstream status --json` has: `subscribe(**status["kafka"])`. With a user name alone, SASL_PLAINTEXT and
      SCRAM-SHA-256.
    - `ca_file`: the certificates that sign the brokers' own, as PEM, for SSL and SASL_SSL; by default the system's.
    - `kafka`: further options of aiokafka's consumer, e.g. an `ssl_context` with a certificate of one's own.

    Items and label sets are separate topics, each in its own order; `seq` tells how they fit together.
    """
    place = start if start is not None else (Start.COMMITTED if group else Start.BEGINNING)
    check(place, group)
    names = [topics.ANNOTATION.name, *([topics.LABEL.name] if labels else [])]
    wanted = None if job is None else frozenset(each.encode() for each in ([job] if isinstance(job, str) else job))
    options = {
        "group_id": group,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "fetch_max_bytes": 16 * 1024 * 1024,
        **_sign_in(security_protocol, sasl_mechanism, username, password),
        **_encryption(security_protocol, ca_file),
        **(kafka or {}),
    }
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, **options)
    rules = Rules(jobs=wanted, deduplicate=deduplicate, remember=remember, skip_undecodable=skip_undecodable)
    return Subscription(bootstrap_servers, consumer, names, rules, place, finite=finite)


def _sign_in(protocol: str | None, mechanism: str | None, username: str | None, password: str | None) -> dict[str, str]:
    given = {
        "security_protocol": protocol or ("SASL_PLAINTEXT" if username else None),
        "sasl_mechanism": mechanism or ("SCRAM-SHA-256" if username else None),
        "sasl_plain_username": username,
        "sasl_plain_password": password,
    }
    return {name: value for name, value in given.items() if value is not None}


def _encryption(protocol: str | None, ca_file: str | None) -> dict[str, ssl.SSLContext]:
    if protocol is None or not protocol.endswith("SSL"):
        return {}
    return {"ssl_context": ssl.create_default_context(cafile=ca_file)}
