"""What this service's domain events look like on Kafka.

Sample events are written as plain JSON, not through the contract's models: a synchronization makes them by the
hundred thousand. A contract test holds the two against each other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache, singledispatch
from typing import Final

import msgspec
import orjson

from labelstream_common.clock import rfc3339
from labelstream_common.messaging import Message
from labelstream_contracts import (
    Actor,
    DatasetCreated,
    DatasetDeleted,
    DatasetPayload,
    DatasetSource,
    DatasetSynchronized,
    DatasetUpdated,
    ImportCounts,
    ImportFinished,
    ImportPayload,
    ImportSettings,
    ImportSource,
    ImportStarted,
    Payload,
    SampleAdded,
    SamplePayload,
    SampleRemoved,
    SampleTold,
    SampleUpdated,
    VersionDeleted,
    VersionPayload,
    VersionPublished,
    VersionSplit,
    topics,
)
from sync_service.domain import events
from sync_service.domain.sample import Cause, Sample, SampleLabel

_SAMPLE_TOPIC: Final = topics.SAMPLE.name


@singledispatch
def encode(event: object) -> Message | Sequence[Message]:
    """The message or messages that publish a domain event."""
    raise TypeError(f"{type(event).__name__} is not published")


@encode.register
def _(event: events.DatasetCreated) -> Message:
    return _dataset_message(DatasetCreated, event)


@encode.register
def _(event: events.DatasetUpdated) -> Message:
    return _dataset_message(DatasetUpdated, event)


@encode.register
def _(event: events.DatasetDeleted) -> Message:
    return _dataset_message(DatasetDeleted, event)


@encode.register
def _(event: events.DatasetSynchronized) -> Message:
    return _message(
        DatasetSynchronized(
            at=event.at,
            dataset_id=event.dataset_id,
            operation_id=event.operation_id,
            job_id=event.job_ids[0] if event.job_ids else None,
            job_ids=tuple(event.job_ids),
            added=event.tally.added,
            updated=event.tally.updated,
            removed=event.tally.removed,
            unchanged=event.tally.unchanged,
            renamed=event.tally.renamed,
        )
    )


@encode.register
def _(event: events.VersionPublished) -> Message:
    return _version_message(VersionPublished, event)


@encode.register
def _(event: events.VersionDeleted) -> Message:
    return _version_message(VersionDeleted, event)


def _version_message(kind: type[VersionPayload], event: events.VersionPublished | events.VersionDeleted) -> Message:
    """A name that was deleted can be used again: its messages go on counting."""
    version = event.version
    split = VersionSplit(
        train_ratio=version.split.train_ratio, seed=version.split.seed, stratify=version.split.stratify
    )
    payload = kind(
        at=event.at,
        dataset_id=version.dataset_id,
        name=version.name,
        job_id=version.job_id,
        seq=version.seq,
        counts=version.counts._asdict(),
        digest=version.digest,
        description=version.description,
        parent=version.parent,
        include=version.include,
        split=split,
        version=version.number,
        actor=Actor(kind=event.actor.kind, id=event.actor.id),
    )
    return _message(payload)


@encode.register
def _(event: events.ImportStarted) -> Message:
    return _import_message(ImportStarted, event)


@encode.register
def _(event: events.ImportFinished) -> Message:
    return _import_message(ImportFinished, event)


@encode.register
def _(event: events.SamplesAdded) -> list[Message]:
    return _sample_messages(SampleAdded, event.samples, event.cause)


@encode.register
def _(event: events.SamplesUpdated) -> list[Message]:
    return _sample_messages(SampleUpdated, event.samples, event.cause, event.at)


@encode.register
def _(event: events.SamplesRemoved) -> list[Message]:
    return _sample_messages(SampleRemoved, event.samples, event.cause, merged=event.merged)


@encode.register
def _(event: events.SamplesTold) -> list[Message]:
    markers = (
        SampleTold(
            at=event.at,
            dataset_id=event.dataset_id,
            job_id=event.job_id,
            partition=partition,
            partitions=event.partitions,
        )
        for partition in range(event.partitions)
    )
    return [_marker_message(marker) for marker in markers]


def _marker_message(marker: SampleTold) -> Message:
    """The hash is what a message's partition is taken from: each marker names its own."""
    message = _message(marker)
    return msgspec.structs.replace(message, stream=marker.dataset_id, key_hash=marker.partition)


def _dataset_message(
    kind: type[DatasetPayload], event: events.DatasetCreated | events.DatasetUpdated | events.DatasetDeleted
) -> Message:
    dataset = event.dataset
    return _message(
        kind(
            at=event.at,
            dataset_id=dataset.id,
            name=dataset.texts.name,
            description=dataset.texts.description,
            labeling_description=dataset.texts.labeling_description,
            source=DatasetSource(
                bucket=dataset.source.bucket, prefix=dataset.source.prefix, source_id=dataset.source.source_id
            ),
            auto_sync=dataset.auto_sync,
            sample_count=dataset.sample_count,
            last_synced_at=dataset.last_synced_at,
            created_by=dataset.created_by,
            created_at=dataset.created_at,
            version=dataset.version,
            actor=Actor(kind=event.actor.kind, id=event.actor.id),
        )
    )


def _import_message(kind: type[ImportPayload], event: events.ImportStarted | events.ImportFinished) -> Message:
    record, settings = event.record, event.record.settings
    source = settings.source
    return _message(
        kind(
            at=event.at,
            dataset_id=record.dataset_id,
            import_id=record.id,
            settings=ImportSettings(
                source=ImportSource(kind=source.kind, bucket=source.bucket, prefix=source.prefix, key=source.key),
                mode=settings.mode.value,
                labeling_status=settings.labeling_status.value,
                include_labels=settings.include_labels,
                exclude_labels=settings.exclude_labels,
                hard_only=settings.hard_only,
            ),
            state=record.state.value,
            counts=ImportCounts(found=record.counts.found, **record.counts._asdict()),
            created_by=record.created_by,
            created_at=record.created_at,
            finished_at=record.finished_at,
        )
    )


def _message(payload: Payload) -> Message:
    return Message(
        topic=payload.topic.name,
        type=payload.event_type,
        key=payload.key(),
        subject=payload.subject(),
        version=payload.sequence(),
        value=payload.to_json(),
    )


def _sample_messages(
    kind: type[SamplePayload],
    samples: Sequence[Sample],
    cause: Cause,
    at: datetime | None = None,
    merged: events.Merged | None = None,
) -> list[Message]:
    """`at` for what does not change the sample's own time."""
    event_type = kind.event_type
    into = {"sample_id": merged.into, "by": merged.by, "change_id": merged.change_id} if merged else None
    return [
        Message(
            topic=_SAMPLE_TOPIC,
            type=event_type,
            key=sample.id,
            subject=sample.id,
            version=sample.version,
            value=_sample_json(sample, cause, at or sample.changed_at, into),
            stream=sample.dataset_id,
        )
        for sample in samples
    ]


@lru_cache(maxsize=64)
def _moment(at: datetime) -> str:
    """Remembered, because the thousand samples of a transaction share their times."""
    return rfc3339(at)


def _sample_json(sample: Sample, cause: Cause, at: datetime, merged: Mapping[str, str] | None) -> bytes:
    return orjson.dumps(
        {
            "at": _moment(at),
            "sample_id": sample.id,
            "dataset_id": sample.dataset_id,
            "bucket": sample.bucket,
            "path": sample.path,
            "name": sample.name,
            "size": sample.size,
            "etag": sample.etag,
            "media_type": sample.media_type,
            "width": sample.width,
            "height": sample.height,
            "labels": [_label(label) for label in sample.labels],
            "hard": sample.hard,
            "hardness": sample.hardness,
            "content_changed": sample.content_changed,
            "overwritten": sample.overwritten,
            "state": sample.state,
            "reason": sample.reason,
            "sha256": sample.sha256 or None,
            "merged": merged,
            "added_at": _moment(sample.added_at),
            "version": sample.version,
            "removed": not sample.is_present,
            "cause": cause.value,
        }
    )


def _label(label: SampleLabel) -> dict[str, object]:
    at = rfc3339(label.at) if label.at else None
    return {
        "name": label.name,
        "confidence": label.confidence,
        "by": label.by,
        "at": at,
        "to_confirm": label.to_confirm,
    }
