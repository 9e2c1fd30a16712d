from typing import Any

from labelstream_gateway.edge.openapi import merge


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


def test_sections_come_with_what_they_are_about() -> None:
    merged = merge({"job-service": document("/a", {"A": {}})}, version="1")
    assert merged["tags"] == [{"name": "things"}]
    described = document("/a", {"A": {}})
    described["paths"]["/a"]["get"]["tags"] = ["jobs"]
    assert merge({"job-service": described}, version="1")["tags"][0]["description"]


def test_examples_of_a_call_stand_beside_its_schemas() -> None:
    described = document("/a", {"A": {}}, operation_id="get_me")
    answer = merge({"team-service": described}, version="1")["paths"]["/a"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["example"]["email"] == "ada@example.org"
    assert described["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"].keys() == {"schema"}
