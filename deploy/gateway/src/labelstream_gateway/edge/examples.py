"""Examples of the main calls in the merged API description: one story, from the sign-in to an undone change.

They are kept here and not at the services, so that an id in one call's answer is the id in the next one's request.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "examples.json"


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """By operation id: `request`, or `requests` by what they are for, and answers by their status."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def with_examples(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The operation of an OpenAPI document, and with it the examples that there are for it."""
    found = examples().get(operation.get("operationId", ""), {})
    result = dict(operation)
    named = dict(_requests(found))
    if named and "requestBody" in operation:
        body = operation["requestBody"]
        result["requestBody"] = {**body, "content": _shown(body["content"], {"examples": named})}
    answers = operation.get("responses", {})
    result["responses"] = {
        status: {**answer, "content": _shown(answer["content"], {"example": found[status]})}
        if status in found and "content" in answer
        else answer
        for status, answer in answers.items()
    }
    return result


def _requests(found: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "request" in found:
        yield "example", {"value": found["request"]}
    for purpose, value in found.get("requests", {}).items():
        yield purpose.replace(" ", "-"), {"summary": purpose.capitalize(), "value": value}


def _shown(content: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: {**media, **example} if kind == "application/json" else media for kind, media in content.items()}
