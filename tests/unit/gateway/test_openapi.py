from typing import Any

from labelstream_gateway.edge.openapi import merge
from labelstream_gateway.edge.reference import render


def document(path: str, schemas: dict[str, Any], *, operation_id: str = "read") -> dict[str, Any]:
    name = next(iter(schemas))
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    operation = {"operationId": operation_id, "tags": ["things"], "responses": {"200": {"content": content}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": schemas}}


def schema_at(merged: dict[str, Any], path: str) -> str:
    content = merged["paths"][path]["get"]["responses"]["200"]["content"]
    return str(content["application/json"]["schema"]["$ref"]).rpartition("/")[2]


def test_equal_schemas_become_one() -> None:
    problem = {"Problem": {"type": "object"}}
    merged = merge({"job-service": document("/a", problem), "label-service": document("/b", problem)}, version="1")
    assert list(merged["components"]["schemas"]) == ["Problem"]


def test_one_name_for_two_things_keeps_both() -> None:
    job, label = {"View": {"type": "object"}}, {"View": {"type": "string"}}
    merged = merge({"job-service": document("/a", job), "label-service": document("/b", label)}, version="1")
    assert merged["components"]["schemas"] == {"View": {"type": "object"}, "LabelView": {"type": "string"}}
    assert schema_at(merged, "/a") == "View"
    assert schema_at(merged, "/b") == "LabelView"


def test_a_new_name_never_meets_one_that_is_taken() -> None:
    job = {"View": {"type": "object"}, "LabelView": {"type": "number"}}
    label = {"View": {"type": "string"}, "LabelView": {"type": "boolean"}}
    merged = merge({"job-service": document("/a", job), "label-service": document("/b", label)}, version="1")
    assert sorted(kind["type"] for kind in merged["components"]["schemas"].values()) == [
        "boolean",
        "number",
        "object",
        "string",
    ]
    assert merged["components"]["schemas"][schema_at(merged, "/b")] == {"type": "string"}


def test_operation_ids_stay_unique() -> None:
    parts = {"job-service": document("/a", {"A": {}}), "label-service": document("/b", {"B": {}})}
    merged = merge(parts, version="1")
    ids = [merged["paths"][path]["get"]["operationId"] for path in ("/a", "/b")]
    assert ids == ["read", "label_read"]


def test_a_path_that_several_have_is_described_once() -> None:
    parts = {name: document("/operations", {"Operation": {}}) for name in ("job-service", "label-service")}
    merged = merge(parts, version="1")
    assert merged["paths"]["/operations"]["get"]["operationId"] == "read"


def test_reference_page_escapes_what_it_shows_and_asks_nobody_else() -> None:
    described = document(
        "/a", {"A": {"description": "<script>alert(1)</script>", "properties": {"x": {"type": "null"}}}}
    )
    page = render(merge({"job-service": described}, version="1"))
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
