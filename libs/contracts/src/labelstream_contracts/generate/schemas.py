"""JSON Schemas (2020-12) of the payloads as a reader sees them: `required` is what is always there."""

import json
from collections.abc import Mapping

from pydantic.json_schema import GenerateJsonSchema

from labelstream_contracts.events import Payload
from labelstream_contracts.registry import PAYLOADS

JsonObject = dict[str, object]


def schema_pages() -> Mapping[str, str]:
    """The schema of every type, as the text of its file."""
    return {payload.event_type: _text(payload_schema(payload)) for payload in PAYLOADS}


def payload_schema(payload: type[Payload], ref_template: str = "#/$defs/{model}") -> JsonObject:
    """The schema of one payload, definitions included under `$defs`."""
    schema = payload.model_json_schema(mode="validation", by_alias=True, ref_template=ref_template)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:labelstream:event:{payload.event_type}",
        **schema,
    }


def _text(schema: JsonObject) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
