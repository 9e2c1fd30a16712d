"""What every route of every service and of the edge does with a query string and with HEAD, by their route tables."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.http import Router, create_app, policies
from labelstream_common.http.parameters import ANY, query_parameters_of
from labelstream_common.http.routing import GuardedRoute
from labelstream_common.mongo import connect, database_of
from labelstream_gateway.edge import create_edge
from labelstream_gateway.routing import SERVICES
from labelstream_local.preparation import build_all

ID = "01890000-0000-7000-8000-000000000001"
# A provider sends the browser back with parameters of its own making (RFC 6749, 4.1.2: unknown ones are ignored).
TAKE_ANY = {"/api/v1/auth/oidc/{provider}/callback"}
REPEATABLE = {("/api/v1/jobs/{job_id}/items", "label"), ("/api/v1/jobs/{job_id}/stats", "label")}
_NOWHERE = {
    "LABELSTREAM_MONGODB_URL": "mongodb://127.0.0.1:1",
    "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "LABELSTREAM_S3_ENDPOINT": "http://127.0.0.1:1",
    "LABELSTREAM_S3_ACCESS_KEY": "none",
    "LABELSTREAM_S3_SECRET_KEY": "none",
}


@pytest.fixture(scope="module")
def applications() -> dict[str, FastAPI]:
    """Each service's routes without their policies: a request gets as far as its query, and nothing is behind it."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in _NOWHERE.items():
            environment.setenv(name, value)
        return {service.name: _open_to_all(service.app) for service in build_all()}


def _open_to_all(app: FastAPI) -> FastAPI:
    router = Router()
    router.routes = [
        replace(route.spec, guard=replace(route.spec.guard, policy=policies.public()))
        for route in guarded(app)
        if route.spec.path.startswith(("/api", "/.well-known"))
    ]
    return create_app(
        "open",
        [router],
        authenticator=Authenticator(TokenVerifier(PublicKeys("http://127.0.0.1:1"), issuer="http://127.0.0.1:1")),
        database=database_of(connect("mongodb://127.0.0.1:1", app_name="contract"), "contract"),
    )


def guarded(app: FastAPI) -> Iterator[GuardedRoute]:
    return (route for route in app.router.routes if isinstance(route, GuardedRoute))


def path_of(route: GuardedRoute) -> str:
    path = route.spec.path
    for name in route.spec.parameters:
        path = path.replace(f"{{{name}}}", ID)
    return path


@asynccontextmanager
async def client_of(app: object) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # an ASGI application of any make
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


def assert_names(answer: httpx.Response, name: str, where: str) -> None:
    assert answer.status_code == 422, where
    document = answer.json()
    assert (document["code"], [error["pointer"] for error in document["errors"]]) == (
        "invalid-request",
        [f"/{name}"],
    ), where


@pytest.mark.parametrize("service", SERVICES)
async def test_a_query_parameter_that_a_route_does_not_take_is_refused_and_named(
    service: str, applications: dict[str, FastAPI]
) -> None:
    routes = [route for route in guarded(applications[service]) if route.spec.path not in TAKE_ANY]
    assert len(routes) > 10
    assert {route.spec.path for route in guarded(applications[service]) if ANY in route.spec.query} <= TAKE_ANY
    async with client_of(applications[service]) as client:
        for route in routes:
            for query in ("lable=cat", "lable=", "lable"):
                answer = await client.request(route.spec.method, f"{path_of(route)}?{query}")
                assert_names(answer, "lable", f"{route.spec.method} {route.spec.path}?{query}")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_query_parameter_given_twice_is_refused_and_named_unless_it_may_repeat(
    service: str, applications: dict[str, FastAPI]
) -> None:
    repeatable = set()
    async with client_of(applications[service]) as client:
        for route in guarded(applications[service]):
            parameters = query_parameters_of(route.dependant)
            repeatable |= {(route.spec.path, name) for name in parameters.repeatable}
            for name in parameters.known - parameters.repeatable:
                answer = await client.request(route.spec.method, f"{path_of(route)}?{name}=1&{name}=1")
                assert_names(answer, name, f"{route.spec.method} {route.spec.path}?{name}")
    assert repeatable == (REPEATABLE if service == "label-service" else set())


@pytest.mark.parametrize("service", SERVICES)
async def test_head_is_answered_as_get_is_without_a_body(service: str, applications: dict[str, FastAPI]) -> None:
    async with client_of(applications[service]) as client:
        for route in guarded(applications[service]):
            if route.spec.method != "GET" or route.spec.path in TAKE_ANY:
                continue
            where = f"{path_of(route)}?lable=cat"
            got, head = await client.get(where), await client.head(where)
            assert head.status_code == got.status_code == 422, where
            assert head.content == b""
            assert {**head.headers, "x-request-id": ""} == {**got.headers, "x-request-id": ""}, where


def _answer(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/openapi.json":
        return httpx.Response(200, json={"paths": {}, "components": {}})
    return httpx.Response(200, json={"items": [], "next_cursor": None})


async def test_every_page_of_the_edge_refuses_what_it_does_not_take_and_answers_head() -> None:
    mock = httpx.MockTransport(_answer)
    edge = create_edge({target: httpx.AsyncClient(transport=mock, base_url="http://service") for target in SERVICES})
    pages = [route.path for route in edge.routes if isinstance(route, Route) and route.path != "/"]
    assert len(pages) > 4
    async with client_of(edge) as client:
        for page in pages:
            assert_names(await client.get(f"{page}?lable=cat"), "lable", page)
            got, head = await client.get(page), await client.head(page)
            assert got.status_code == head.status_code == 200, page
            assert head.content == b""
            assert {**head.headers, "x-request-id": ""} == {**got.headers, "x-request-id": ""}, page
        for name in ("state", "sort", "limit", "cursor"):
            assert_names(await client.get(f"/api/v1/operations?{name}=1&{name}=1"), name, name)
