"""What the API reference shows as examples is what the API takes and answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from labelstream_gateway.edge.examples import examples

_ROOT = Path(__file__).parents[3]
DOCUMENT: dict[str, Any] = json.loads((_ROOT / "docs/openapi/gateway.json").read_text())
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}


def shown(operation_id: str) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each example of a call with the schema that it has to meet."""
    found, operation = examples()[operation_id], OPERATIONS[operation_id]
    requests = [*found.get("requests", {}).values(), *([found["request"]] if "request" in found else [])]
    for request in requests:
        yield operation["requestBody"]["content"]["application/json"]["schema"], request
    for status in found.keys() - {"request", "requests"}:
        yield operation["responses"][status]["content"]["application/json"]["schema"], found[status]


@pytest.mark.parametrize("operation_id", examples())
def test_examples_meet_their_schemas(operation_id: str) -> None:
    pairs = list(shown(operation_id))
    assert pairs
    for schema, example in pairs:
        Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(example)


@pytest.mark.parametrize("operation_id", examples())
def test_examples_are_in_the_document(operation_id: str) -> None:
    found = examples()[operation_id]
    text = json.dumps(OPERATIONS[operation_id])
    for each in ({**found, **found.get("requests", {})}).items():
        if each[0] != "requests":
            assert json.dumps(each[1]) in text


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_call_says_what_it_does(operation_id: str) -> None:
    assert OPERATIONS[operation_id].get("description"), f"{operation_id} needs a docstring"
