"""What the gateway's contract promises of all routes of a kind, read from the published OpenAPI document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCUMENT = json.loads((Path(__file__).parents[3] / "docs/openapi/gateway.json").read_text())


def operations(*methods: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in methods:
            if method in item:
                yield method, path, item[method]


# Null takes something away here; elsewhere it would mean nothing.
NULL_MEANS_SOMETHING = {
    ("/api/v1/jobs/{job_id}", "team"),
    ("/api/v1/sources/{source_id}", "buckets"),
    ("/api/v1/jobs/{job_id}/labels/{label_id}", "shortcut"),
}


def test_a_change_takes_null_only_where_that_means_something() -> None:
    found = {
        (path, name)
        for _, path, operation in operations("patch")
        for name, field in _body(operation)["properties"].items()
        if {"type": "null"} in field.get("anyOf", ())
    }
    assert found == NULL_MEANS_SOMETHING


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    reference: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema: dict[str, Any] = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    return schema


def parameters(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ())}


# Calls of somebody who is not signed in and has no link: two of them may well have the same key.
WITHOUT_A_KEY = {f"/api/v1/auth/{call}" for call in ("login", "logout", "password-reset", "refresh", "token")}


def test_every_change_takes_an_idempotency_key() -> None:
    found = {
        path
        for _, path, operation in operations("post", "patch", "delete")
        if "Idempotency-Key" not in parameters(operation)
    }
    assert found == WITHOUT_A_KEY


def test_whoever_creates_answers_201_and_whoever_acts_200_or_202() -> None:
    for _, path, operation in operations("post"):
        answers = {status for status in operation["responses"] if status.startswith("2")}
        assert answers <= {"200", "201", "202"}, path


def test_every_delete_and_merge_can_be_tried_without_doing_it() -> None:
    found = [
        (path, operation)
        for method, path, operation in operations("delete", "post")
        if method == "delete" or path.endswith((":delete", ":merge"))
    ]
    assert len(found) > 8
    for path, operation in found:
        assert "dry_run" in parameters(operation), path


def test_every_answer_in_json_has_a_schema() -> None:
    for method, path, operation in operations("get", "post", "patch", "put", "delete"):
        for status, answer in operation["responses"].items():
            for media_type, about in answer.get("content", {}).items():
                if media_type.endswith("json"):
                    assert about.get("schema"), f"{method} {path} {status}"


def test_items_changes_and_problems_have_examples() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("Problem", "ItemView", "ItemDetailView", "ChangesView", "DifferenceView"):
        assert schemas[name]["examples"], name
