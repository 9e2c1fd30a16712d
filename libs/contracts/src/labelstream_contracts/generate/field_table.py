"""The table of a payload's fields, read from its JSON Schema; parts of a payload are named by their path."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from labelstream_contracts.events import Payload
from labelstream_contracts.generate.schemas import payload_schema

_Schema = dict[str, Any]
_FORMATS = {"date-time": "time", "date": "date"}


class Field(NamedTuple):
    """One row: `labels[].name`, its type in words, whether it is always there, and a note."""

    path: str
    kind: str
    required: bool
    note: str


def field_table(payload: type[Payload]) -> Iterable[str]:
    """The lines of a Markdown table."""
    schema = payload_schema(payload)
    definitions: _Schema = schema.get("$defs", {})  # type: ignore[assignment]  # a JSON object of JSON objects
    yield "| field | type | |"
    yield "|---|---|---|"
    for field in _fields(schema, definitions, ""):
        notes = [note for note in ("" if field.required else "optional", field.note) if note]
        yield f"| `{field.path}` | {field.kind} | {'; '.join(notes)} |"


def _fields(schema: _Schema, definitions: _Schema, prefix: str) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, own in schema["properties"].items():
        path = f"{prefix}{name}"
        yield Field(path, _kind(own, definitions), name in required, own.get("description", ""))
        nested, suffix = _nested(own, definitions)
        if nested is not None:
            yield from _fields(nested, definitions, f"{path}{suffix}.")


def _nested(schema: _Schema, definitions: _Schema) -> tuple[_Schema | None, str]:
    chosen = _without_null(schema)
    if "$ref" in chosen:
        return _resolved(chosen, definitions), ""
    if chosen.get("type") == "array" and "$ref" in chosen["items"]:
        return _resolved(chosen["items"], definitions), "[]"
    return None, ""


def _kind(schema: _Schema, definitions: _Schema) -> str:
    chosen = _without_null(schema)
    nullable = " or null" if chosen is not schema else ""
    return _plain_kind(chosen, definitions) + nullable


def _plain_kind(schema: _Schema, definitions: _Schema) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return "object"
    if schema["type"] == "array":
        return f"list of {_plain_kind(schema['items'], definitions)}"
    if schema["type"] == "object":
        values = schema["additionalProperties"]
        return f"map of {'values' if values is True else _plain_kind(values, definitions)}"
    return _FORMATS.get(schema.get("format", "")) or str(schema["type"])


def _without_null(schema: _Schema) -> _Schema:
    choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
    return choices[0] if choices else schema


def _resolved(schema: _Schema, definitions: _Schema) -> _Schema:
    found: _Schema = definitions[schema["$ref"].rsplit("/", 1)[-1]]
    return found
