"""The subscriber reads every golden sample of the topics it follows, and loses nothing of it."""

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from labelstream.subscriber.decoding import DECODERS
from labelstream.subscriber.intake import Intake, Rules
from labelstream_contracts import topics
from labelstream_contracts.registry import types_of

GOLDEN = Path(__file__).parents[3] / "libs/contracts/golden"
FOLLOWED = [
    path for path in sorted(GOLDEN.glob("*.json")) if path.name.startswith(("labeling.annotation.", "labeling.label."))
]


@dataclass
class Golden:
    topic: str
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]
    partition: int = 0
    offset: int = 0


def message(path: Path) -> Golden:
    sample = json.loads(path.read_text())
    value = None if sample["value"] is None else json.dumps(sample["value"]).encode()
    headers = [(name, text.encode()) for name, text in sample["headers"].items()]
    return Golden(sample["topic"], sample["key"].encode(), value, headers)


def test_every_type_of_both_topics_is_known() -> None:
    published = {name.encode() for topic in (topics.ANNOTATION, topics.LABEL) for name in types_of(topic)}
    assert published
    assert set(DECODERS) == published


@pytest.mark.parametrize("path", FOLLOWED, ids=lambda path: path.stem)
def test_a_golden_sample_is_read_whole(path: Path) -> None:
    sample = message(path)
    rules = Rules(jobs=None, deduplicate=True, remember=10, skip_undecodable=False)
    taken = Intake(rules, {}).read([sample])
    if sample.value is None:
        assert taken == []
        return
    [(_, change)] = taken
    assert without_nulls(msgspec.to_builtins(change)) == without_nulls(json.loads(sample.value))


def without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list | tuple) else value
