"""Topics and types are the published ones, with the settings that the promises to subscribers rest on."""

import re
from typing import get_args

import pytest

from labelstream_contracts import (
    EVENT_TYPES,
    TOPIC_BY_NAME,
    TOPICS,
    AnnotationCause,
    InvalidPayload,
    TopicSpec,
    UnknownEventType,
    consumer_group,
    dead_letter_topic,
    decode,
    topic_of,
    types_of,
)

WEEK, MONTH, DAY = (str(days * 24 * 60 * 60 * 1000) for days in (7, 30, 1))

PUBLISHED = {
    "labeling.job.v1": "created updated ready synchronized completed reopened archived deleted",
    "labeling.label.v1": "created renamed updated merged deleted images-discarded purged",
    "labeling.annotation.v1": "changed",
    "labeling.progress.v1": "changed prepared shared",
    "labeling.dataset.v1": "created updated deleted import-started import-finished synchronized "
    "version-published version-deleted",
    "labeling.sample.v1": "added updated removed told",
    "labeling.member.v1": "added role-changed removed invited",
    "labeling.team.v1": "created updated deleted",
    "labeling.account.v1": "created updated disabled",
    "labeling.audit.v1": "recorded",
    "storage.object.v1": "",
}
CAUSES = (
    "annotate replace import confirm review label-deleted label-merged undo predict reject acceptance consensus "
    "sample-removed sample-restored content-changed"
)
COMPACTED = {"labeling.annotation.v1", "labeling.sample.v1"}


def test_topics_are_the_published_ones() -> None:
    assert [topic.name for topic in TOPICS] == list(PUBLISHED)


@pytest.mark.parametrize(("topic", "verbs"), PUBLISHED.items())
def test_types_of_each_topic_are_the_published_ones(topic: str, verbs: str) -> None:
    aggregate = topic.removesuffix(".v1")
    expected = tuple(f"{aggregate}.{verb}.v1" for verb in verbs.split())
    assert types_of(TOPIC_BY_NAME[topic]) == expected
    assert all(topic_of(event_type).name == topic for event_type in expected)


def test_causes_of_a_change_are_the_published_ones() -> None:
    assert get_args(AnnotationCause) == tuple(CAUSES.split())


def test_no_type_stands_outside_the_topics() -> None:
    assert sorted(EVENT_TYPES) == sorted(name for topic in TOPICS for name in types_of(topic))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_partitions_and_retention(topic: TopicSpec) -> None:
    if topic.name in COMPACTED:
        assert topic.partitions == 12
        assert topic.config["cleanup.policy"] == "compact"
        assert topic.config["min.compaction.lag.ms"] == topic.config["delete.retention.ms"] == WEEK
        return
    kept = {"labeling.progress.v1": MONTH, "labeling.audit.v1": MONTH, "storage.object.v1": DAY}
    assert topic.partitions == 3
    assert topic.config["cleanup.policy"] == "delete"
    assert topic.config["retention.ms"] == kept.get(topic.name, "-1")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_names_have_dots_and_hyphens_only(topic: TopicSpec) -> None:
    dead = dead_letter_topic(topic, consumer_group("label-service", "job-follower"))
    assert dead.name == f"{topic.name}.label-service.job-follower.dlq"
    assert dead.config["retention.ms"] == MONTH
    assert re.fullmatch(r"[a-z0-9.-]{1,249}", dead.name)


def test_unknown_type_is_told_from_a_broken_value() -> None:
    with pytest.raises(UnknownEventType):
        decode("labeling.job.paused.v1", b"{}")
    with pytest.raises(InvalidPayload, match=r"job_id"):
        decode("labeling.job.created.v1", b"{}")


@pytest.mark.parametrize("value", [b"", b"{", b"null", b"[]", b"\xff", b'{"account_id": ""}', b"[" * 10_000])
def test_broken_value_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidPayload):
        decode("labeling.account.created.v1", value)
