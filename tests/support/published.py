"""Events of other services, as they lie on their topics."""

from datetime import UTC, datetime
from typing import NamedTuple

from labelstream_contracts import Envelope, Payload, event_id, event_source


class Published(NamedTuple):
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def published(payload: Payload) -> Published:
    envelope = Envelope(
        id=event_id(payload.key(), payload.sequence()),
        source=event_source("test"),
        type=payload.event_type,
        subject=payload.subject(),
        time=datetime.now(UTC),
        sequence=payload.sequence(),
    )
    return Published(payload.key().encode(), payload.to_json(), envelope.to_headers())
