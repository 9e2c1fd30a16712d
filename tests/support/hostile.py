"""Values that callers send by mistake or on purpose, and requests that carry them to every place of every call."""

import base64
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "9" * 5_000,
    "-1",
    "9223372036854775808",
    "1e999",
    "NaN",
    "ffffffff-ffff-7fff-bfff-ffffffffffff",
    "00000000-0000-0000-0000-000000000000",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "../../etc/passwd",
    "$where",
    "{}",
    "[" * 300,
    "*",
    "(" * 50,
    "\u202e\u200d\ufeff",
    "\U0001f600" * 50,
    "\N{ARABIC-INDIC DIGIT ONE}",
    "true",
    "null",
    _cursor("[" * 2_000),
    _cursor('["added", 9223372036854775808]'),
    _cursor('["items added", 1, {"at": 1e300}, 5]'),
    _cursor('["items -labeled_at", null, null, null]'),
    _cursor('{"job-service": ["x", 5, []]}'),
    _cursor('{"job-service": [null, "", 1], "label-service": [1], "sync-service": "abc", "team-service": {}}'),
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    2**64,
    10**400,
    [],
    {},
    [[]],
    [None],
    {"$gt": ""},
    {"a.b": 1, "": 2},
    "x" * 70_000,
    *TEXTS,
)
HEADERS = ("If-Match", "If-None-Match", "Idempotency-Key", "Last-Event-ID", "Range", "If-Range", "Accept", "Cookie")
_SENDABLE = tuple(text for text in TEXTS if text.isascii() and text.isprintable())


@dataclass(frozen=True)
class Attempt:
    """One request: a place that holds a hostile value, everything else as it should be."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


def attempts(document: Document, known: Mapping[str, str]) -> Iterator[Attempt]:
    """Hostile requests for every call of an OpenAPI document. `known` are ids of things that are there."""
    for method in METHODS:
        for path, item in document["paths"].items():
            if method in item:
                yield from _of_operation(document, method.upper(), path, item[method], known)


def _of_operation(
    document: Document, method: str, path: str, operation: Mapping[str, Any], known: Mapping[str, str]
) -> Iterator[Attempt]:
    parameters = operation.get("parameters", ())
    places = [each["name"] for each in parameters if each["in"] == "path"]
    usual = {name: known.get(name, known["job_id"]) for name in places}
    here = path.format(**usual)
    required = {each["name"]: "0" for each in parameters if each["in"] == "query" and each.get("required")}
    body = _example(document, operation)
    for name in places:
        for text in TEXTS:
            yield Attempt(method, path.format(**{**usual, name: text}), tuple(required.items()), body=body)
    for each in parameters:
        if each["in"] == "query":
            for text in TEXTS:
                yield Attempt(method, here, tuple({**required, each["name"]: text}.items()), body=body)
    for name in HEADERS:
        for text in _SENDABLE:
            yield Attempt(method, here, tuple(required.items()), {name: text}, body)
    if body is not None:
        for hostile in _hostile_bodies(body):
            yield Attempt(method, here, tuple(required.items()), body=hostile)


def _example(document: Document, operation: Mapping[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return _value(document, content["application/json"]["schema"], depth=0)


def _value(  # noqa: PLR0911 - one answer for each type of JSON
    document: Document, schema: Mapping[str, Any], depth: int
) -> Any:
    """Something of the form that a schema describes, with every field of an object."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _value(document, schema[choice][0], depth)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {}) if depth < 4 else {}
            return {name: _value(document, inner, depth + 1) for name, inner in fields.items()}
        case "array":
            return [_value(document, schema.get("items", {}), depth + 1)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            return "text"


def _hostile_bodies(body: Any) -> Iterator[Any]:
    yield from VALUES
    for steps in _places(body):
        for value in VALUES:
            yield _with(body, steps, value)


def _places(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*steps, step)
        yield from _places(each, (*steps, step))


def _with(body: Any, steps: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    at = changed
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value
    return changed
