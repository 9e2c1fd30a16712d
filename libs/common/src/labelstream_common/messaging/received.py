"""What a follower is given, and how a raw Kafka message becomes it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from aiokafka import ConsumerRecord

from labelstream_common.messaging.request_scope import Context, current_context
from labelstream_common.mongo import Session
from labelstream_contracts.envelope import Envelope
from labelstream_contracts.errors import ContractError, UnknownEventType
from labelstream_contracts.events import Payload
from labelstream_contracts.registry import PAYLOAD_BY_TYPE, decode


@dataclass(frozen=True, slots=True)
class Received:
    """One event with its coordinates. `payload` is None where a null value ended the key."""

    topic: str
    partition: int
    offset: int
    key: str
    type: str
    id: str
    subject: str
    version: int
    time: datetime
    payload: Payload | None
    correlation_id: str
    traceparent: str

    @property
    def context(self) -> Context:
        """The context of what this event causes."""
        return Context(self.correlation_id, self.id, self.traceparent)


def one_by_one(events: Sequence[Received]) -> Iterator[Received]:
    """The events of a batch, each with its own context as the current one: what it causes is attributed to it.

    For the body of an `Apply`; the consumer puts the context back after it.
    """
    for event in events:
        current_context.set(event.context)
        yield event


Apply: TypeAlias = Callable[[Sequence[Received], Session], Awaitable[None]]


@dataclass(frozen=True)
class Follower:
    """A projection: which topics it follows and how a batch of events changes it.

    `apply` runs inside the transaction that stores the offsets. It may be run again from scratch, and after a failure
    elsewhere it may be given events that it has seen: it must ignore versions that are not newer. It raises `Poison`
    for an event that it can never apply: that one is put aside, and the events around it are applied. So is one with
    a number that MongoDB cannot store. MongoDB's transient errors pass through and the batch is tried again;
    anything else stops the consumer with nothing committed.

    Events of other types than `wants` are passed over without a transaction; an empty `wants` means all. A transaction
    takes events until they weigh `most`, and at least one: `weigh` says how much an event may write.

    After a batch it rests for `rest` seconds, in which what comes gathers to the next one: for projections that may be
    a moment behind, and would cost a transaction for each commit of another service otherwise. `rests_more` tells how
    much longer it rests at present: for what leaves room to something else.

    Messages whose value has not `containing` in it are passed over before they are decoded: for whoever wants few of
    the events of a busy topic.
    """

    purpose: str
    topics: tuple[str, ...]
    apply: Apply
    wants: tuple[type[Payload], ...] = ()
    weigh: Callable[[Received], int] = lambda _: 1
    most: int = 500
    rest: float = 0.0
    rests_more: Callable[[], Awaitable[float]] | None = None
    containing: bytes | None = None

    @cached_property
    def types(self) -> frozenset[str] | None:
        """The types of what it wants; None means all."""
        if not self.wants:
            return None
        return frozenset(name for name, payload in PAYLOAD_BY_TYPE.items() if issubclass(payload, self.wants))


class Poison(Exception):
    """This event can never be applied: it belongs to the dead letters, with the reason."""

    def __init__(self, event: Received, reason: str) -> None:
        super().__init__(reason)
        self.event = event
        self.reason = reason


class Unreadable(Exception):
    """A message whose envelope or payload breaks its contract."""


def received(
    message: ConsumerRecord, types: frozenset[str] | None = None, containing: bytes | None = None
) -> Received | None:
    """The event in a message; None for a type that is not among `types`, or that nobody here knows (a later release's),
    or a value that has not `containing` in it.

    Raises Unreadable.
    """
    if containing is not None and containing not in (message.value or b""):
        return None
    try:
        envelope = Envelope.from_headers(message.headers)
        if types is not None and envelope.type not in types:
            return None
        payload = None if message.value is None else decode(envelope.type, message.value)
        key = (message.key or b"").decode()
    except UnknownEventType:
        return None  # made by a later release; followers pass over what they do not know
    except (ContractError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    return Received(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=key,
        type=envelope.type,
        id=envelope.id,
        subject=envelope.subject,
        version=envelope.sequence,
        time=envelope.time,
        payload=payload,
        correlation_id=envelope.correlation_id or "",
        traceparent=envelope.traceparent or "",
    )
