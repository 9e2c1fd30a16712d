"""CloudEvents 1.0 in Kafka's binary mode: attributes stand in headers, the message's value is the payload alone.

Format: CloudEvents Kafka protocol binding 1.0.2, section 3.2. Every header value is UTF-8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from labelstream_contracts.errors import InvalidEnvelope

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"

HEADER_SPEC_VERSION = "ce_specversion"
HEADER_ID = "ce_id"
HEADER_SOURCE = "ce_source"
HEADER_TYPE = "ce_type"
HEADER_SUBJECT = "ce_subject"
HEADER_TIME = "ce_time"
HEADER_SEQUENCE = "ce_sequence"
HEADER_CORRELATION_ID = "ce_correlationid"
HEADER_CAUSATION_ID = "ce_causationid"
HEADER_TRACEPARENT = "traceparent"
HEADER_CONTENT_TYPE = "content-type"

DEAD_LETTER_TOPIC = "dlq_topic"
DEAD_LETTER_PARTITION = "dlq_partition"
DEAD_LETTER_OFFSET = "dlq_offset"
DEAD_LETTER_GROUP = "dlq_group"
DEAD_LETTER_REASON = "dlq_reason"
DEAD_LETTER_AT = "dlq_at"

_LONGEST_SEQUENCE = 18  # digits: every such number fits 64 bits

Header = tuple[str, bytes]


def event_source(service: str) -> str:
    """`ce_source` of everything that a service publishes; `ce_id` is unique within it."""
    return f"/labelstream/{service}"


def event_id(stream: str, seq: int, part: str = "") -> str:
    """`ce_id`: the place in its stream, so it never changes between duplicates.

    A message that goes with the event before it (an item's end, a commit's progress) names its `part`.
    """
    return f"{stream}:{seq}:{part}" if part else f"{stream}:{seq}"


def format_time(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds: `2026-01-31T12:00:00.000Z`. `moment` is aware."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one event. `sequence` is the subject's version; a duplicate repeats `id` and `sequence`."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None

    def to_headers(self) -> list[Header]:
        """The Kafka headers, in a fixed order; extensions without a value are left out."""
        frame = EnvelopeFrame.of(
            source=self.source,
            event_type=self.type,
            time=self.time,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            traceparent=self.traceparent,
        )
        return frame.headers(self.id, self.subject, self.sequence)

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes | None]]) -> "Envelope":
        """Read the headers of a message; unknown ones are ignored, of a repeated one the last holds.

        Raises InvalidEnvelope when a required header is missing or malformed.
        """
        try:
            found = {name: value.decode() for name, value in headers if value is not None}
        except UnicodeDecodeError as error:
            raise InvalidEnvelope("a header is not UTF-8") from error
        _check_spec_version(found.get(HEADER_SPEC_VERSION))
        return cls(
            id=_required(found, HEADER_ID),
            source=_required(found, HEADER_SOURCE),
            type=_required(found, HEADER_TYPE),
            subject=_required(found, HEADER_SUBJECT),
            time=_time(_required(found, HEADER_TIME)),
            sequence=_sequence(_required(found, HEADER_SEQUENCE)),
            correlation_id=found.get(HEADER_CORRELATION_ID),
            causation_id=found.get(HEADER_CAUSATION_ID),
            traceparent=found.get(HEADER_TRACEPARENT),
        )


@dataclass(frozen=True, slots=True)
class EnvelopeFrame:
    """The headers that all events of one commit share, encoded once; a relay adds three per message."""

    shared: tuple[Header, ...]

    @classmethod
    def of(
        cls,
        *,
        source: str,
        event_type: str,
        time: datetime,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        traceparent: str | None = None,
    ) -> "EnvelopeFrame":
        """Encode what the messages have in common."""
        optional = (
            (HEADER_CORRELATION_ID, correlation_id),
            (HEADER_CAUSATION_ID, causation_id),
            (HEADER_TRACEPARENT, traceparent),
        )
        return cls(
            (
                (HEADER_SPEC_VERSION, SPEC_VERSION.encode()),
                (HEADER_SOURCE, source.encode()),
                (HEADER_TYPE, event_type.encode()),
                (HEADER_TIME, format_time(time).encode()),
                (HEADER_CONTENT_TYPE, CONTENT_TYPE.encode()),
                *((name, value.encode()) for name, value in optional if value is not None),
            )
        )

    def headers(self, event_id: str, subject: str, sequence: int) -> list[Header]:
        """All headers of one message; a new list each time."""
        return [
            *self.shared,
            (HEADER_ID, event_id.encode()),
            (HEADER_SUBJECT, subject.encode()),
            (HEADER_SEQUENCE, b"%d" % sequence),
        ]


def dead_letter_headers(
    original: Sequence[Header], *, topic: str, partition: int, offset: int, group: str, reason: str, at: datetime
) -> list[Header]:
    """The original headers, with the message's coordinates and why `group` could not read it."""
    return [
        *original,
        (DEAD_LETTER_TOPIC, topic.encode()),
        (DEAD_LETTER_PARTITION, b"%d" % partition),
        (DEAD_LETTER_OFFSET, b"%d" % offset),
        (DEAD_LETTER_GROUP, group.encode()),
        (DEAD_LETTER_REASON, reason.encode(errors="replace")),
        (DEAD_LETTER_AT, format_time(at).encode()),
    ]


def _required(found: dict[str, str], name: str) -> str:
    value = found.get(name)
    if not value:
        raise InvalidEnvelope(f"header {name} is missing")
    return value


def _check_spec_version(value: str | None) -> None:
    if value != SPEC_VERSION:
        raise InvalidEnvelope(f"header {HEADER_SPEC_VERSION} is {value!r}, expected {SPEC_VERSION!r}")


def _time(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidEnvelope(f"header {HEADER_TIME} is not a time: {value!r}") from error
    if moment.tzinfo is None:
        raise InvalidEnvelope(f"header {HEADER_TIME} has no time zone: {value!r}")
    return moment


def _sequence(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise InvalidEnvelope(f"header {HEADER_SEQUENCE} is not a whole number: {value!r}")
    if len(value) > _LONGEST_SEQUENCE:
        raise InvalidEnvelope(f"header {HEADER_SEQUENCE} has {len(value)} digits")
    return int(value)
