"""How routes are declared and found, and what an application answers besides them: health, metrics, OpenAPI."""

import asyncio

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from tests.unit.common.conftest import JOB, LABELS, OWNER, As
from tests.unit.common.problems import assert_problem

from labelstream_common.http import Router, create_app, policies, policies_of, unpoliced_routes
from labelstream_common.http.routing import ordered
from labelstream_common.mongo import connect, database_of


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


def test_middleware_that_raw_routes_would_miss_cannot_be_added(app: FastAPI) -> None:
    with pytest.raises(TypeError):
        app.add_middleware(GZipMiddleware)


async def test_head_of_a_stream_ends_it(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        answer = await client.head("/api/v1/endless")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/plain")
