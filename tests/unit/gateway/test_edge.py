"""The edge over scripted services: HTTP on both sides, no network."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from labelstream_gateway.edge import create_edge
from labelstream_gateway.edge.console import content_security_policy
from labelstream_gateway.edge.settings import EdgeSettings
from labelstream_gateway.routing import SERVICES, Target

Answer = Callable[[Target, httpx.Request], httpx.Response]


def edge_over(answer: Answer, **options: Any) -> httpx.AsyncClient:
    clients: Mapping[Target, httpx.AsyncClient] = {
        target: httpx.AsyncClient(
            transport=httpx.MockTransport(lambda request, target=target: answer(target, request)),
            base_url=f"http://{target.value}",
        )
        for target in SERVICES
    }
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_edge(clients, **options)), base_url="http://edge")


def ok(_: Target, request: httpx.Request) -> httpx.Response:
    if request.url.path == "/openapi.json":
        return httpx.Response(200, json={"paths": {}, "components": {}})
    return httpx.Response(200, json={"items": [], "next_cursor": None})


async def test_ready_when_every_service_is() -> None:
    async with edge_over(ok) as edge:
        assert (await edge.get("/readyz")).status_code == 200


@pytest.mark.parametrize("broken", SERVICES)
async def test_not_ready_when_one_service_is_not(broken: Target) -> None:
    def answer(target: Target, _: httpx.Request) -> httpx.Response:
        return httpx.Response(503 if target is broken else 200)

    async with edge_over(answer) as edge:
        reply = await edge.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["services"][broken.value] is False
    assert (reply.json()["code"], reply.headers["retry-after"]) == ("not-ready", "1")


async def test_not_ready_when_one_service_is_gone() -> None:
    def answer(target: Target, _: httpx.Request) -> httpx.Response:
        if target is Target.SYNC:
            raise httpx.ConnectError("refused")
        return httpx.Response(200)

    async with edge_over(answer) as edge:
        assert (await edge.get("/readyz")).status_code == 503
        assert (await edge.get("/healthz")).status_code == 200


async def test_description_without_a_service_is_503_and_names_it() -> None:
    def answer(target: Target, request: httpx.Request) -> httpx.Response:
        if target is Target.LABEL:
            raise httpx.ConnectError("refused")
        return ok(target, request)

    async with edge_over(answer) as edge:
        reply = await edge.get("/api/v1/openapi.json")
    assert reply.status_code == 503
    assert "label-service" in reply.json()["detail"]
    assert reply.headers["retry-after"]


async def test_unknown_path_and_method_are_problems() -> None:
    async with edge_over(ok) as edge:
        missing, wrong = await edge.get("/nowhere"), await edge.delete("/api/v1/docs")
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")
    assert missing.headers["content-type"] == "application/problem+json"
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")


@pytest.mark.parametrize("path", ["/", "/api/v1/docs"])
async def test_without_a_console_its_pages_say_so(path: str) -> None:
    async with edge_over(ok) as edge:
        page = await edge.get(path)
        style = await edge.get("/api/v1/docs/assets/placeholder.css")
    assert "have not been built" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "/api/v1/docs/assets/placeholder.css" in page.text
    assert style.headers["content-type"].startswith("text/css")


@pytest.fixture
def built(tmp_path: Any) -> Any:
    (tmp_path / "index.html").write_text("the console")
    (tmp_path / "reference.html").write_text("the reference")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-5f3a.js").write_text("code();" * 500)
    return tmp_path


async def test_a_built_console_answers_for_all_its_pages(built: Any) -> None:
    async with edge_over(ok, console=built) as edge:
        assert (await edge.get("/")).text == "the console"
        assert (await edge.get("/api/v1/docs")).text == "the reference"
        assert (await edge.get("/jobs/5/label")).text == "the console"
        assert (await edge.get("/favicon.svg")).text == "<svg/>"
        assert (await edge.get("/../pyproject.toml")).text == "the console"


@pytest.mark.parametrize(
    "path", ["/api/v1/nowhere", "/api", "/assets/gone-1234.js", "/.well-known/nothing", "/metrics"]
)
async def test_what_is_no_page_of_the_console_is_not_found(built: Any, path: str) -> None:
    async with edge_over(ok, console=built) as edge:
        answer = await edge.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/jobs/5", "/api/v1/docs", "/assets/index-5f3a.js", "/favicon.svg"])
async def test_the_console_runs_nothing_but_its_own_files(built: Any, path: str) -> None:
    async with edge_over(ok, console=built) as edge:
        headers = (await edge.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


async def test_only_files_with_a_hash_in_their_name_are_kept_for_good(built: Any) -> None:
    async with edge_over(ok, console=built) as edge:
        assert "immutable" in (await edge.get("/assets/index-5f3a.js")).headers["cache-control"]
        assert (await edge.get("/")).headers["cache-control"] == "no-cache"
        assert (await edge.get("/favicon.svg")).headers["cache-control"] == "no-cache"


async def test_the_consoles_code_is_sent_compressed(built: Any) -> None:
    async with edge_over(ok, console=built) as edge:
        answer = await edge.get("/assets/index-5f3a.js", headers={"accept-encoding": "gzip"})
        again = await edge.get("/assets/index-5f3a.js", headers={"accept-encoding": "gzip"})
        plain = await edge.get("/assets/index-5f3a.js", headers={"accept-encoding": "identity"})
        part = await edge.get("/assets/index-5f3a.js", headers={"accept-encoding": "gzip", "range": "bytes=0-3"})
    assert answer.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in part.headers
    assert answer.text == again.text == plain.text == "code();" * 500
    assert part.text == "code"
    assert {answer.headers["vary"], plain.headers["vary"]} == {"Accept-Encoding"}
    assert int(answer.headers["content-length"]) < int(plain.headers["content-length"])


def numbered(target: Target, number: int) -> str:
    return f"{target.value.removesuffix('-service')}-{number:08d}-0000-7000-8000-000000000000"


def paged(ids: Mapping[Target, list[str]]) -> Answer:
    """Services with lists of operations, oldest first unless asked otherwise, behind cursors that hold an offset."""

    def answer(target: Target, request: httpx.Request) -> httpx.Response:
        limit, start = int(request.url.params.get("limit", "100")), int(request.url.params.get("cursor", "0"))
        there = ids[target][::-1] if request.url.params.get("sort") != "-added" else ids[target]
        page = [{"id": each} for each in there[start : start + limit]]
        rest = start + limit < len(there)
        return httpx.Response(200, json={"items": page, "next_cursor": str(start + limit) if rest else None})

    return answer


@pytest.mark.parametrize("sort", [None, "-added", "added"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_operations_of_all_services_are_one_list_by_default_oldest_first(limit: int, sort: str | None) -> None:
    ids = {
        target: [numbered(target, number) for number in range(40, 0, -1) if number % 7 % 4 == index]
        for index, target in enumerate(SERVICES)
    }
    found: list[str] = []
    cursor: str | None = None
    async with edge_over(paged(ids)) as edge:
        while True:
            query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {}) | ({"sort": sort} if sort else {})
            reply = (await edge.get("/api/v1/operations", params=query)).json()
            assert len(reply["items"]) <= limit
            found += [item["id"] for item in reply["items"]]
            cursor = reply["next_cursor"]
            if cursor is None:
                break
    everything = [each for there in ids.values() for each in there]
    assert found == sorted(everything, key=lambda each: each.partition("-")[2], reverse=sort == "-added")


async def test_first_refusal_of_a_service_is_the_answer() -> None:
    def answer(_: Target, request: httpx.Request) -> httpx.Response:
        assert "authorization" not in request.headers
        return httpx.Response(401, json={"code": "token-missing"}, headers={"www-authenticate": "Bearer"})

    async with edge_over(answer) as edge:
        reply = await edge.get("/api/v1/operations")
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")


async def test_the_callers_token_reaches_the_services() -> None:
    seen = []

    def answer(target: Target, request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["authorization"], request.url.params["state"]))
        return ok(target, request)

    async with edge_over(answer) as edge:
        await edge.get("/api/v1/operations?state=running", headers={"Authorization": "Bearer t"})
    assert seen == [("Bearer t", "running")] * 4


async def test_a_caller_without_a_token_is_told_that_before_their_cursor_is_looked_at() -> None:
    async with edge_over(lambda *_: httpx.Response(401, json={"code": "token-missing"})) as edge:
        reply = await edge.get("/api/v1/operations", params={"cursor": "x"})
    assert (reply.status_code, reply.json()["code"]) == (401, "token-missing")


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "eyJqb2Itc2VydmljZSI6WzEsMiwzXX0"])
async def test_foreign_cursor_is_refused(cursor: str) -> None:
    async with edge_over(ok) as edge:
        reply = await edge.get("/api/v1/operations", params={"cursor": cursor})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-cursor")


async def test_no_redirect_repeats_the_host_header() -> None:
    async with edge_over(ok) as edge:
        for path in ("/api/v1/docs/assets", "/api/v1/docs/", "/healthz/", "/api/v1/operations/"):
            reply = await edge.get(path, headers={"Host": "evil.example"})
            assert reply.status_code == 404, path
            assert "location" not in reply.headers


def test_the_console_may_upload_to_the_platforms_store_and_to_those_that_are_named() -> None:
    settings = EdgeSettings(
        s3_endpoint="http://minio:9000",
        s3_public_endpoint="https://files.example.org/",
        upload_origins="https://a.example.org, http://10.0.0.7:9000,",
    )
    assert settings.stores == ("https://files.example.org", "https://a.example.org", "http://10.0.0.7:9000")
    assert (
        "connect-src 'self' https://files.example.org https://a.example.org http://10.0.0.7:9000;"
        in content_security_policy(settings.stores)
    )
    assert EdgeSettings(s3_endpoint=None, upload_origins="").stores == ()


@pytest.mark.parametrize(
    "origin",
    ["*", "https:", "a.example.org", "https://*.example.org", "https://a.org/x", "https://a.org; script-src *"],
)
def test_what_is_no_origin_cannot_be_an_upload_origin(origin: str) -> None:
    with pytest.raises(ValidationError, match="is not an origin"):
        EdgeSettings(upload_origins=origin)
