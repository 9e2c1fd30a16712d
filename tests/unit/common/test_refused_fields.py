"""Bodies and queries that are refused, and the fields that the problem document names."""

import json

import httpx
import pytest
from tests.unit.common.conftest import JOB, LABELER, LABELS, OWNER, STRANGER, As
from tests.unit.common.problems import assert_problem


async def test_deep_nesting_is_refused_and_brackets_in_strings_are_not(client: httpx.AsyncClient, as_: As) -> None:
    headers = {**as_(OWNER), "content-type": "application/json"}
    deep = b'{"name": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    assert_problem(await client.post(LABELS, content=deep, headers=headers), 422, "nested-too-deep")
    fine = await client.post(LABELS, json={"name": '[[{"' * 100}, headers=headers)
    assert fine.status_code == 200


async def test_validation_names_every_field_by_pointer(client: httpx.AsyncClient, as_: As) -> None:
    body = {"labels": [{"name": 3}, {"name": "b", "colour": "red"}], "hello": 1}
    document = assert_problem(
        await client.post("/api/v1/things", json=body, headers=as_(OWNER)), 422, "invalid-request"
    )
    pointers = {error["pointer"]: error["detail"] for error in document["errors"]}
    assert set(pointers) == {"/name", "/labels/0/name", "/labels/1/colour", "/hello"}
    assert pointers["/hello"] == "This field is not known."


@pytest.mark.parametrize(("query", "pointer"), [("limit=0", "/limit"), ("limit=1001", "/limit"), ("hard=x", "/hard")])
async def test_a_bad_parameter_is_named(client: httpx.AsyncClient, as_: As, query: str, pointer: str) -> None:
    document = assert_problem(await client.get(f"/api/v1/things?{query}", headers=as_(OWNER)), 422, "invalid-request")
    assert [error["pointer"] for error in document["errors"]] == [pointer]


async def test_limits_of_lists(client: httpx.AsyncClient, as_: As) -> None:
    assert (await client.get("/api/v1/things", headers=as_(OWNER))).json()["limit"] == 100
    assert (await client.get("/api/v1/things?limit=1000", headers=as_(OWNER))).json()["limit"] == 1000


async def test_a_missing_body_is_422(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.post(LABELS, headers=as_(OWNER)), 422, "invalid-request")


@pytest.mark.parametrize(
    ("body", "pointers"), [({"zz": 1, "a/b": {}}, ["/zz", "/a~1b"]), ([], [""]), ("text", [""]), (None, [""])]
)
@pytest.mark.parametrize(("method", "path"), [("POST", f"/api/v1/jobs/{JOB}:sync"), ("DELETE", f"/api/v1/jobs/{JOB}")])
async def test_a_route_without_a_body_takes_no_fields(
    *, client: httpx.AsyncClient, as_: As, method: str, path: str, body: object, pointers: list[str]
) -> None:
    headers = {**as_(OWNER), "content-type": "application/json"}
    answer = await client.request(method, path, content=json.dumps(body), headers=headers)
    document = assert_problem(answer, 422, "invalid-request")
    assert [error["pointer"] for error in document["errors"]] == pointers


async def test_a_route_without_a_body_takes_none_or_an_empty_object(client: httpx.AsyncClient, as_: As) -> None:
    sync = f"/api/v1/jobs/{JOB}:sync"
    assert (await client.post(sync, headers=as_(OWNER))).status_code == 202
    assert (await client.post(sync, json={}, headers=as_(OWNER))).status_code == 202
    assert_problem(await client.post(sync, json={"zz": 1}, headers=as_(LABELER)), 403, "right-missing")
    assert_problem(await client.post(sync, json={"zz": 1}, headers=as_(STRANGER)), 404, "job-not-found")
    assert_problem(await client.post(sync, data={"zz": 1}, headers=as_(OWNER)), 415, "unsupported-media-type")


async def test_another_media_type_is_415(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post(LABELS, data={"name": "cat"}, headers=as_(OWNER))
    assert_problem(answer, 415, "unsupported-media-type")


async def test_a_thousand_unknown_parameters_make_at_most_a_hundred_errors(client: httpx.AsyncClient, as_: As) -> None:
    query = "&".join(f"p{number}=1" for number in range(1_000))
    document = assert_problem(await client.get(f"/api/v1/things?{query}", headers=as_(OWNER)), 422, "invalid-request")
    assert len(document["errors"]) == 100
    document = assert_problem(
        await client.get(f"/api/v1/things?{query}&x=1", headers=as_(OWNER)), 422, "invalid-request"
    )
    assert [error["pointer"] for error in document["errors"]] == [""]


@pytest.mark.parametrize("where", ["/api/v1/things", LABELS])
async def test_nul_is_refused_where_it_is(client: httpx.AsyncClient, as_: As, where: str) -> None:
    if where == LABELS:
        answer = await client.post(where, json={"name": "a\0b"}, headers=as_(OWNER))
        pointer = "/name"
    else:
        answer = await client.get(f"{where}?cursor=%00", headers=as_(OWNER))
        pointer = "/cursor"
    document = assert_problem(answer, 422, "invalid-request")
    assert [error["pointer"] for error in document["errors"]] == [pointer]


async def test_many_wrong_fields_make_at_most_a_hundred_errors(client: httpx.AsyncClient, as_: As) -> None:
    for count, errors in ((150, 100), (1_200, 1)):
        body = {"name": "x", **{str(number): 1 for number in range(count)}}
        document = assert_problem(await client.post(LABELS, json=body, headers=as_(OWNER)), 422, "invalid-request")
        assert len(document["errors"]) == errors
