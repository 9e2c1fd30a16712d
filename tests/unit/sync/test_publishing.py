"""The sample events are written by hand for speed: here they are held against the published models."""

from datetime import UTC, datetime

import orjson

from labelstream_contracts import PAYLOAD_BY_TYPE, DatasetPayload, SamplePayload, decode, topic_of
from sync_service.adapters.publishing import encode
from sync_service.domain import events
from sync_service.domain.dataset import AccountId, Dataset, DatasetId, DatasetTexts, JobId, Source
from sync_service.domain.reconciliation import Tally
from sync_service.domain.sample import Cause, Presence, Sample, SampleId, SampleLabel

AT = datetime(2026, 1, 31, 12, 0, 0, 123_000, tzinfo=UTC)
DATASET_ID = DatasetId("0194c2f0-0000-7000-8000-000000000001")
PLAIN = Sample(SampleId("s1"), DATASET_ID, "bucket", "in/é 😀.png", 10, "etag", "image/png", AT, AT)
FULL = Sample(
    SampleId("s2"),
    DATASET_ID,
    "bucket",
    "x.png",
    10,
    "etag",
    "image/png",
    AT,
    AT,
    version=7,
    presence=Presence.REMOVED,
    width=3,
    height=4,
    labels=(SampleLabel("cat", 0.5, "somebody", AT), SampleLabel("dog")),
    hard=True,
    hardness=0.25,
)


def test_a_sample_event_is_exactly_what_its_model_writes() -> None:
    for event in (
        events.SamplesAdded([PLAIN, FULL], Cause.SYNCHRONIZED, AT),
        events.SamplesUpdated([PLAIN], Cause.SYNCHRONIZED, AT),
        events.SamplesRemoved([FULL], Cause.DELETE, AT),
    ):
        messages = encode(event)
        assert isinstance(messages, list)
        for message, sample in zip(messages, event.samples, strict=True):
            assert message.value is not None
            payload = decode(message.type, message.value)
            assert isinstance(payload, SamplePayload)
            assert orjson.loads(message.value) == orjson.loads(payload.to_json())
            assert set(orjson.loads(message.value)) == set(SamplePayload.model_fields)
            assert (message.topic, message.key, message.subject, message.version) == (
                topic_of(message.type).name,
                payload.key(),
                payload.subject(),
                payload.sequence(),
            )
            assert message.stream_id == DATASET_ID
            assert (payload.name, payload.removed) == (sample.name, not sample.is_present)


def test_a_dataset_event_carries_its_full_state() -> None:
    dataset = Dataset(
        DATASET_ID, DatasetTexts("a", "b", "c"), Source("bucket", "in/"), True, AccountId("x"), AT, 3, 9, AT
    )
    for event in (
        events.DatasetCreated(dataset, events.Actor("person", "x"), AT),
        events.DatasetUpdated(dataset, events.Actor("person", "x"), AT),
        events.DatasetDeleted(dataset, events.Actor("person", "x"), AT),
    ):
        message = encode(event)
        assert not isinstance(message, list | tuple)
        assert message.type in PAYLOAD_BY_TYPE  # type: ignore[union-attr]  # one event is one message
        payload = decode(message.type, message.value or b"")  # type: ignore[union-attr]
        assert isinstance(payload, DatasetPayload)
        assert (payload.name, payload.sample_count, payload.version, payload.actor.id) == ("a", 9, 3, "x")


def test_a_synchronization_tells_what_it_came_to_and_for_which_job() -> None:
    event = events.DatasetSynchronized(DATASET_ID, "sync-1", [JobId("j"), JobId("k")], Tally(1, 2, 3, 4), AT)
    message = encode(event)
    assert orjson.loads(message.value or b"") == {  # type: ignore[union-attr]  # one event is one message
        "at": "2026-01-31T12:00:00.123Z",
        "dataset_id": DATASET_ID,
        "operation_id": "sync-1",
        "job_id": "j",
        "job_ids": ["j", "k"],
        "added": 1,
        "updated": 2,
        "removed": 3,
        "unchanged": 4,
        "renamed": 0,
    }
