"""Which model and which topic an event type has, and how a message's value is read."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from labelstream_contracts import events
from labelstream_contracts.errors import InvalidPayload, UnknownEventType
from labelstream_contracts.events import Payload
from labelstream_contracts.topics import TopicSpec

PAYLOADS: tuple[type[Payload], ...] = (
    events.JobCreated,
    events.JobUpdated,
    events.JobReady,
    events.JobSynchronized,
    events.JobCompleted,
    events.JobReopened,
    events.JobArchived,
    events.JobDeleted,
    events.LabelCreated,
    events.LabelRenamed,
    events.LabelUpdated,
    events.LabelMerged,
    events.LabelDeleted,
    events.LabelImagesDiscarded,
    events.LabelPurged,
    events.AnnotationChanged,
    events.ProgressChanged,
    events.ProgressPrepared,
    events.ProgressShared,
    events.DatasetCreated,
    events.DatasetUpdated,
    events.DatasetDeleted,
    events.ImportStarted,
    events.ImportFinished,
    events.DatasetSynchronized,
    events.VersionPublished,
    events.VersionDeleted,
    events.SampleAdded,
    events.SampleUpdated,
    events.SampleRemoved,
    events.SampleTold,
    events.MemberAdded,
    events.MemberRoleChanged,
    events.MemberRemoved,
    events.MemberInvited,
    events.TeamCreated,
    events.TeamUpdated,
    events.TeamDeleted,
    events.AccountCreated,
    events.AccountUpdated,
    events.AccountDisabled,
    events.AuditRecorded,
)
PAYLOAD_BY_TYPE: Mapping[str, type[Payload]] = MappingProxyType({payload.event_type: payload for payload in PAYLOADS})
EVENT_TYPES: tuple[str, ...] = tuple(PAYLOAD_BY_TYPE)


def payload_of(event_type: str) -> type[Payload]:
    """The model of a type. Raises UnknownEventType."""
    try:
        return PAYLOAD_BY_TYPE[event_type]
    except KeyError:
        raise UnknownEventType(event_type) from None


def topic_of(event_type: str) -> TopicSpec:
    """The topic of a type. Raises UnknownEventType."""
    return payload_of(event_type).topic


def types_of(topic: TopicSpec) -> tuple[str, ...]:
    """The types that a topic carries, in the order they are documented."""
    return tuple(payload.event_type for payload in PAYLOADS if payload.topic == topic)


def decode(event_type: str, value: bytes | bytearray | str) -> Payload:
    """Read a message's value. Fields that this version does not know are ignored.

    Raises UnknownEventType (a reader skips the message) or InvalidPayload (it goes to the dead letters). A null value
    is a tombstone and has no payload: the caller looks for that first.
    """
    model = payload_of(event_type)
    try:
        return model.__pydantic_validator__.validate_json(value)  # type: ignore[no-any-return]  # typed as Any by pydantic
    except ValidationError as error:
        raise InvalidPayload(_sentence(event_type, error)) from error


def _sentence(event_type: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = "/".join(str(part) for part in first["loc"]) or "the document"
    return f"{event_type}: {where}: {first['msg']} ({error.error_count()} in all)"
