"""From messages to changes: typed, each once, none of another job, none that the snapshot covers."""

import uuid
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream import ItemChanged, LabelRenamed, UndecodableEvent
from labelstream.subscriber.intake import Intake, Rules
from labelstream.subscriber.seen import Seen

ALL = Rules(jobs=None, deduplicate=True, remember=1000, skip_undecodable=False)


@dataclass
class Message:
    offset: int
    key: bytes | None
    value: bytes | None
    type: str = "labeling.annotation.changed.v1"
    topic: str = "labeling.annotation.v1"
    partition: int = 0
    headers: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.headers = [("ce_specversion", b"1.0"), ("ce_type", self.type.encode())]


def changed(offset: int, *, job: str = "j", sample: str = "s", version: int = 1, seq: int | None = None) -> Message:
    payload = {"job_id": job, "sample_id": sample, "version": version, "seq": seq or offset + 1, "from_the_future": 1}
    return Message(offset, f"{job}:{sample}".encode(), msgspec.json.encode(payload))


def versions(messages: list[Message], rules: Rules = ALL, covered: dict[str, int] | None = None) -> list[int]:
    taken = Intake(rules, covered or {}).read(messages)
    return [change.version for _, change in taken if isinstance(change, ItemChanged)]


def test_a_duplicate_is_dropped() -> None:
    assert versions([changed(0), changed(1, version=2), changed(2), changed(3, version=2)]) == [1, 2]


def test_an_older_version_after_a_newer_is_dropped() -> None:
    assert versions([changed(0, version=3), changed(1, version=2)]) == [3]


def test_duplicates_are_handed_out_to_those_who_ask() -> None:
    rules = Rules(jobs=None, deduplicate=False, remember=10, skip_undecodable=False)
    assert versions([changed(0), changed(1)], rules) == [1, 1]


def test_other_jobs_are_left_out_before_decoding() -> None:
    rules = Rules(jobs=frozenset([b"mine"]), deduplicate=True, remember=10, skip_undecodable=False)
    broken = Message(0, b"other:s", b"{not json")
    assert versions([broken, changed(1, job="mine")], rules) == [1]


def test_what_the_snapshot_covers_is_dropped() -> None:
    assert versions([changed(0, version=1, seq=5), changed(1, version=2, seq=6)], covered={"j": 5}) == [2]


def test_tombstones_and_later_types_are_ignored() -> None:
    tombstone = Message(0, b"j:s", None)
    later = Message(1, b"j:s", b"{}", type="labeling.annotation.starred.v1")
    assert versions([tombstone, later, changed(2)]) == [1]


def test_label_events_are_typed_and_deduplicated_by_seq() -> None:
    payload = {"job_id": "j", "seq": 4, "label": {"label_id": "l", "name": "new"}, "before": {"name": "old"}}
    message = Message(0, b"j", msgspec.json.encode(payload), type="labeling.label.renamed.v1")
    [(_, change)] = Intake(ALL, {}).read([message, message])
    assert isinstance(change, LabelRenamed)
    assert (change.before.name, change.label.name) == ("old", "new")


def test_poison_is_raised_with_its_coordinates() -> None:
    with pytest.raises(UndecodableEvent, match=r"labeling\.annotation\.v1\[0\]@7"):
        versions([Message(7, b"j:s", b"{}")])


def test_poison_can_be_skipped() -> None:
    rules = Rules(jobs=None, deduplicate=True, remember=10, skip_undecodable=True)
    assert versions([Message(0, b"j:s", b"{}"), changed(1)], rules) == [1]


def test_memory_is_bounded() -> None:
    seen = Seen(100)
    for _ in range(10_000):
        seen.is_new(uuid.uuid4().bytes, 1)
    assert len(seen) <= 200


@given(st.integers(1, 20), st.lists(st.integers(0, 50), max_size=200))
def test_a_key_among_the_last_ones_is_never_handed_out_twice(capacity: int, keys: list[int]) -> None:
    """Whatever comes: a version repeated within the last `capacity` distinct keys is dropped."""
    seen = Seen(capacity)
    latest: list[int] = []
    for key in keys:
        recent = set(latest[-capacity:])
        new = seen.is_new(b"%d" % key, 1)
        assert not (key in recent and new)
        if new:
            latest.append(key)
