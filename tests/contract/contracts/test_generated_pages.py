"""The generated pages are up to date, and the AsyncAPI document is one."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from labelstream_contracts import TOPICS
from labelstream_contracts.generate.pages import pages, stale, write

ROOT = Path(__file__).parents[3]
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
OFFICIAL = json.loads((ROOT / "tests" / "contract" / "asyncapi" / "asyncapi-3.0.0.schema.json").read_text())


def test_pages_are_up_to_date() -> None:
    assert stale(ROOT, pages(ROOT)) == []


def test_drift_is_noticed(tmp_path: Path) -> None:
    wanted = {Path("docs/events.md"): "new", Path("libs/contracts/schemas/a.json"): "{}"}
    left_over = tmp_path / "libs/contracts/schemas/gone.json"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("{}")
    assert len(stale(tmp_path, wanted)) == 3
    write(tmp_path, wanted)
    assert stale(tmp_path, wanted) == []
    assert not left_over.exists()


def test_asyncapi_document_is_valid() -> None:
    jsonschema.Draft7Validator(OFFICIAL).validate(DOCUMENT)


def test_asyncapi_validation_can_fail() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(OFFICIAL).validate({**DOCUMENT, "channels": {"x": {"address": 1}}})


def test_every_reference_resolves() -> None:
    references = list(_references(DOCUMENT))
    assert len(references) > 100
    for reference in references:
        target: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_every_topic_is_a_channel_with_its_messages() -> None:
    assert [channel["address"] for channel in DOCUMENT["channels"].values()] == [topic.name for topic in TOPICS]
    assert all(channel["messages"] for channel in DOCUMENT["channels"].values())


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [reference for entry in value for reference in _references(entry)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [reference for entry in value.values() for reference in _references(entry)]
