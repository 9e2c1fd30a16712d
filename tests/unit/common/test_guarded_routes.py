"""The order of checks, and the problem document that each failure becomes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from tests.unit.common.conftest import ADMIN, DISABLED, JOB, LABELER, OWNER, STRANGER, Overload

from labelstream_common.account_turns import AccountTurns
from labelstream_common.auth import Caller
from labelstream_common.http import Router, create_app, guard, policies, policies_of, unpoliced_routes
from labelstream_common.http.routing import ordered
from labelstream_common.mongo import connect, database_of

As = Callable[[Caller], dict[str, str]]
LABELS = f"/api/v1/jobs/{JOB}/labels"


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"https://labelstream.dev/problems/{code}"
    assert document["title"]
    assert document["detail"]
    return document


async def test_without_a_token_nothing_but_public_routes_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/things")
    assert_problem(answer, 401, "token-missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await client.get("/api/v1/public")).json() == {"hello": "world"}


async def test_401_comes_before_everything_else(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/jobs/unknown/labels", content=b"{" * 20_000)
    assert_problem(answer, 401, "token-missing")


async def test_a_job_of_others_is_404_even_with_a_bad_body(client: httpx.AsyncClient, as_: As) -> None:
    for body in (b"not json", b"x" * 20_000):
        answer = await client.post(LABELS, content=body, headers=as_(STRANGER))
        assert_problem(answer, 404, "job-not-found")


async def test_a_role_without_the_right_is_403_before_the_body_is_looked_at(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post(f"/api/v1/jobs/{JOB}:sync", content=b"x" * 20_000, headers=as_(LABELER))
    assert_problem(answer, 403, "right-missing")
    assert_problem(await client.delete(f"/api/v1/jobs/{JOB}", headers=as_(LABELER)), 403, "right-missing")


@pytest.mark.parametrize(
    ("caller", "annotator", "status", "code"),
    [
        (STRANGER, "unknown", 404, "job-not-found"),
        (STRANGER, "known", 404, "job-not-found"),
        (LABELER, "unknown", 404, "annotator-not-found"),
        (LABELER, "known", 403, "right-missing"),
        (OWNER, "unknown", 404, "annotator-not-found"),
        (OWNER, "known", 413, "body-too-large"),
    ],
)
async def test_what_a_path_names_in_a_job_is_looked_up_between_role_and_right(
    *, client: httpx.AsyncClient, as_: As, caller: Caller, annotator: str, status: int, code: str
) -> None:
    path = f"/api/v1/jobs/{JOB}/annotators/{annotator}"
    assert_problem(await client.patch(path, content=b"x" * 20_000, headers=as_(caller)), status, code)


async def test_whether_an_account_is_there_is_told_to_those_with_the_right_alone(
    client: httpx.AsyncClient, as_: As
) -> None:
    for account in ("known", "unknown"):
        answer = await client.patch(f"/api/v1/accounts/{account}", json={"zz": 1}, headers=as_(OWNER))
        assert_problem(answer, 403, "account-right-missing")
    unknown = await client.patch("/api/v1/accounts/unknown", json={"zz": 1}, headers=as_(ADMIN))
    assert_problem(unknown, 404, "annotator-not-found")
    known = await client.patch("/api/v1/accounts/known", json={"zz": 1}, headers=as_(ADMIN))
    assert_problem(known, 422, "invalid-request")


async def test_an_account_without_the_right_is_403(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.post("/api/v1/things", headers=as_(LABELER)), 403, "account-right-missing")
    assert_problem(await client.post("/api/v1/accounts", headers=as_(OWNER)), 403, "account-right-missing")


async def test_the_owner_a_labeler_and_an_administrator_get_in(client: httpx.AsyncClient, as_: As) -> None:
    for caller in (OWNER, LABELER, ADMIN):
        answer = await client.post(LABELS, json={"name": "cat"}, headers=as_(caller))
        assert answer.json() == {"job": JOB, "name": "cat"}


async def test_a_disabled_account_is_401(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.get("/api/v1/things", headers=as_(DISABLED)), 401, "account-disabled")


async def test_413_comes_before_invalid_json(client: httpx.AsyncClient, as_: As) -> None:
    headers = {**as_(OWNER), "content-type": "application/json"}
    assert_problem(await client.post(LABELS, content=b"{" * 10_001, headers=headers), 413, "body-too-large")
    document = assert_problem(await client.post(LABELS, content=b"{" * 31, headers=headers), 422, "invalid-json")
    assert document["errors"] == [{"pointer": "", "detail": document["detail"]}]


async def test_a_route_may_have_a_smaller_limit(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post("/api/v1/accounts", json={"name": "x" * 50}, headers=as_(ADMIN))
    assert_problem(answer, 413, "body-too-large")


async def test_a_body_without_a_length_is_not_read_past_the_limit(client: httpx.AsyncClient, as_: As) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield b" " * 1000

    answer = await client.post(LABELS, content=endless(), headers={**as_(OWNER), "content-type": "application/json"})
    assert_problem(answer, 413, "body-too-large")
    assert sent <= 12_000


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


async def test_a_domain_error_becomes_its_problem(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post("/api/v1/things", json={"name": "taken"}, headers=as_(OWNER))
    document = assert_problem(answer, 409, "name-taken")
    assert document["errors"] == [{"pointer": "/name", "detail": "That name is taken."}]


async def test_an_unexpected_error_tells_nothing_of_its_inside(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post("/api/v1/things", json={"name": "broken"}, headers=as_(OWNER))
    assert_problem(answer, 500, "internal-error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


async def test_unknown_paths_and_wrong_methods_are_problems(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.get("/api/v1/nothing"), 404, "not-found")
    assert_problem(await client.get("/api/v1/things/"), 404, "not-found")
    answer = await client.put("/api/v1/things")
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_actions_are_not_taken_for_ids(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post(f"/api/v1/jobs/{JOB}:sync", headers=as_(OWNER))
    assert (answer.status_code, answer.json()) == (202, {"syncs": JOB})


def test_words_come_before_parameters_and_actions_before_ids() -> None:
    router = Router(prefix="")
    for path in ("/a/{x}", "/{rest:path}", "/a/{x}:act", "/a/word", "/a/{x}/b"):
        router.add("GET", path, _nothing, policy=policies.public())
    found = [spec.path for spec in ordered(router.routes)]
    assert found == ["/a/word", "/a/{x}:act", "/a/{x}", "/a/{x}/b", "/{rest:path}"]


async def test_a_raw_route_is_guarded_like_the_others(client: httpx.AsyncClient, as_: As) -> None:
    path = f"/api/v1/jobs/{JOB}/hot"
    headers = {**as_(LABELER), "content-type": "application/json"}
    assert_problem(await client.post(path), 401, "token-missing")
    assert_problem(await client.post(path, headers=as_(STRANGER)), 404, "job-not-found")
    assert_problem(await client.post(path, content=b"x" * 10_001, headers=headers), 413, "body-too-large")
    answer = await client.post(path, content=b"any bytes", headers=headers)
    assert answer.json() == {"bytes": 9, "job": JOB}


async def test_overload_refuses_changes_and_only_changes(
    client: httpx.AsyncClient, as_: As, overload: Overload
) -> None:
    overload.seconds = 2.5
    answer = await client.post(LABELS, json={"name": "cat"}, headers=as_(OWNER))
    assert_problem(answer, 429, "overloaded")
    assert answer.headers["retry-after"] == "3"
    assert (await client.get("/api/v1/things", headers=as_(OWNER))).status_code == 200
    assert_problem(await client.post(LABELS, json={}, headers=as_(STRANGER)), 404, "job-not-found")


async def test_request_ids_go_in_and_out(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/public", headers={"X-Request-Id": "mine-1"})).headers["x-request-id"] == "mine-1"
    for bad in ("", "a b", "x" * 200, "<script>"):
        answer = await client.get("/api/v1/public", headers={"X-Request-Id": bad})
        assert len(answer.headers["x-request-id"]) == 36


async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/public", "/api/v1/nothing", "/api/v1/things"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_a_route_without_a_policy_cannot_be_declared() -> None:
    router = Router()
    with pytest.raises(TypeError):
        router.get("/open")  # type: ignore[call-arg]


def test_a_route_that_evades_the_router_is_found(app: FastAPI) -> None:
    assert unpoliced_routes(app) == []
    app.add_api_route("/sneaky", lambda: None, methods=["GET"])
    other = APIRouter()
    other.add_api_route("/hidden", lambda: None, methods=["POST"])
    app.include_router(other)
    assert len(unpoliced_routes(app)) == 2


def test_two_routes_at_one_place_are_refused(app: FastAPI) -> None:
    router = Router()
    for _ in range(2):
        router.get("/same", policy=policies.public())(_nothing)
    with pytest.raises(ValueError, match="twice"):
        create_app(
            "x",
            [router],
            authenticator=app.state.authenticator,
            database=database_of(connect("mongodb://127.0.0.1:1", app_name="unit"), "unit"),
        )


async def _nothing() -> None:
    return None


def test_policies_are_listed(app: FastAPI) -> None:
    names = policies_of(app)
    assert names["DELETE /api/v1/jobs/{job_id}"] == "job:delete"
    assert names["GET /healthz"] == "public"


def test_the_openapi_document_lists_problems_policies_and_security(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"] == "3.1.0"
    create = document["paths"]["/api/v1/things"]["post"]
    assert set(create["responses"]) == {"201", "401", "403", "409", "413", "415", "422", "429"}
    assert "name-taken" in create["responses"]["409"]["description"]
    assert list(create["responses"]["409"]["content"]) == ["application/problem+json"]
    assert create["x-policy"] == "account-may:create-jobs"
    assert document["paths"]["/api/v1/public"]["get"]["security"] == []
    hot = document["paths"]["/api/v1/jobs/{job_id}/hot"]["post"]
    assert {parameter["name"] for parameter in hot["parameters"]} == {"job_id", "Idempotency-Key"}
    assert hot["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/NewLabel")
    assert {"NewLabel", "Problem", "ThingView"} <= set(document["components"]["schemas"])
    assert "HTTPValidationError" not in str(document)


async def test_health_is_not_readiness(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    answer = await client.get("/readyz")
    document = assert_problem(answer, 503, "not-ready")
    assert set(document["checks"]) == {"mongodb"}
    assert answer.headers["retry-after"] == "1"


async def test_metrics_name_routes_by_pattern(client: httpx.AsyncClient, as_: As) -> None:
    await client.post(LABELS, json={"name": "cat"}, headers=as_(OWNER))
    exposition = (await client.get("/metrics")).text
    assert 'route="/api/v1/jobs/{job_id}/labels"' in exposition
    assert JOB not in exposition


async def test_a_query_is_looked_at_after_rights_and_size_and_before_the_body(
    client: httpx.AsyncClient, as_: As
) -> None:
    where = f"{LABELS}?lable=cat"
    headers = {**as_(OWNER), "Content-Type": "application/json"}
    assert_problem(await client.post(where), 401, "token-missing")
    assert_problem(await client.post(where, headers=as_(STRANGER)), 404, "job-not-found")
    assert_problem(await client.post(where, content=b"x" * 10_001, headers=headers), 413, "body-too-large")
    document = assert_problem(await client.post(where, content=b"{", headers=headers), 422, "invalid-request")
    assert [error["pointer"] for error in document["errors"]] == ["/lable"]


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


async def test_a_public_route_takes_16_kib(client: httpx.AsyncClient, app: FastAPI) -> None:
    app.state.max_body_bytes = 1024 * 1024
    headers = {"Content-Type": "application/json"}
    assert_problem(await client.post("/api/v1/public", content=b" " * 16_385, headers=headers), 413, "body-too-large")
    answer = await client.post("/api/v1/public", content=b"{}".ljust(16_384), headers=headers)
    assert answer.status_code == 200


def test_middleware_that_raw_routes_would_miss_cannot_be_added(app: FastAPI) -> None:
    with pytest.raises(TypeError):
        app.add_middleware(GZipMiddleware)


async def test_head_of_a_stream_ends_it(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        answer = await client.head("/api/v1/endless")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_an_api_key_sent_as_a_token_is_told_where_to_go(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer lsk.01890000-0000-7000-8000-000000000001.topmost"}
    document = assert_problem(await client.get("/api/v1/things", headers=headers), 401, "token-invalid")
    assert "POST /api/v1/auth/token" in document["detail"]
    assert "topmost" not in document["detail"]


async def _waits(request: "asyncio.Task[httpx.Response]") -> bool:
    done, _ = await asyncio.wait({request}, timeout=0.2)
    return not done


async def test_a_request_waits_for_its_own_accounts_requests_alone(
    app: FastAPI, client: httpx.AsyncClient, as_: As
) -> None:
    app.state.account_turns = AccountTurns(lambda _waiting: 1)
    path = f"/api/v1/jobs/{JOB}/labels"
    async with app.state.account_turns.turn(OWNER.account_id):
        own = asyncio.create_task(client.get(path, headers=as_(OWNER)))
        assert await _waits(own)
        assert (await client.get(path, headers=as_(LABELER))).status_code == 200
        assert (await client.get("/healthz")).status_code == 200
    assert (await own).status_code == 200


async def test_one_large_request_of_an_account_runs_at_a_time(
    app: FastAPI, client: httpx.AsyncClient, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_ONE_AT_A_TIME_BYTES", 100)
    small, large = {"name": "cat"}, {"name": "c" * 200}

    async def chunks() -> AsyncIterator[bytes]:
        yield json.dumps(small).encode()

    async with app.state.large_turns.turn(OWNER.account_id):
        of_owner = asyncio.create_task(client.post(LABELS, json=large, headers=as_(OWNER)))
        headers = {**as_(OWNER), "content-type": "application/json"}
        of_unknown_length = asyncio.create_task(client.post(LABELS, content=chunks(), headers=headers))
        assert await _waits(of_owner)
        assert await _waits(of_unknown_length)
        assert (await client.post(LABELS, json=small, headers=as_(OWNER))).status_code == 200
        assert (await client.post(LABELS, json=large, headers=as_(ADMIN))).status_code == 200
    assert (await of_owner).status_code == 200
    assert (await of_unknown_length).status_code == 200
