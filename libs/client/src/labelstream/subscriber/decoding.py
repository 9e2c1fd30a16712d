"""From a Kafka message to a typed change: msgspec straight from the bytes, chosen by the event's type."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from labelstream.feed import (
    Change,
    ItemChanged,
    LabelCreated,
    LabelDeleted,
    LabelImagesDiscarded,
    LabelMerged,
    LabelPurged,
    LabelRenamed,
    LabelUpdated,
)
from labelstream_contracts import events
from labelstream_contracts.envelope import HEADER_TYPE

Decode = Callable[[bytes], Change]

DECODERS: Final[Mapping[bytes, Decode]] = {
    events.AnnotationChanged.event_type.encode(): msgspec.json.Decoder(ItemChanged).decode,
    events.LabelCreated.event_type.encode(): msgspec.json.Decoder(LabelCreated).decode,
    events.LabelRenamed.event_type.encode(): msgspec.json.Decoder(LabelRenamed).decode,
    events.LabelUpdated.event_type.encode(): msgspec.json.Decoder(LabelUpdated).decode,
    events.LabelMerged.event_type.encode(): msgspec.json.Decoder(LabelMerged).decode,
    events.LabelDeleted.event_type.encode(): msgspec.json.Decoder(LabelDeleted).decode,
    events.LabelImagesDiscarded.event_type.encode(): msgspec.json.Decoder(LabelImagesDiscarded).decode,
    events.LabelPurged.event_type.encode(): msgspec.json.Decoder(LabelPurged).decode,
}
"""By `ce_type`. A type that is not here came after this version, and a reader ignores what it does not know."""


def type_of(headers: Sequence[tuple[str, bytes]]) -> bytes | None:
    """The `ce_type` of a message."""
    for name, value in headers:
        if name == HEADER_TYPE:
            return value
    return None
