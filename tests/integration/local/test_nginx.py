"""What nginx makes of its configuration: real nginx before scripted services."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from tests.support.servers import listening
from tests.support.waiting import eventually

from labelstream_gateway.nginx import render
from labelstream_gateway.routing import Target
from labelstream_local import ports
from labelstream_local.child import Child, Command
from labelstream_local.services import NGINX_DIRECTIVES, find_nginx, nginx_site

pytestmark = pytest.mark.skipif(
    shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin") is None, reason="nginx is not installed"
)

MIB = 1024 * 1024


class Upstream:
    """Says who it is and what it was asked.

    `lost` ends the connection, a stream pauses until `go_on`, `too-slow` is answered before its body has come, and
    `refused=429` is refused so.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0
        self.go_on = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked += 1
        lines = head.split("\r\n")
        path = lines[0].split()[1]
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        if "too-slow" in path:
            writer.write(b"HTTP/1.1 408 No\r\nConnection: close\r\nContent-Length: 4\r\n\r\nours")
            await writer.drain()
            return
        await reader.readexactly(int(headers.get("content-length", "0")))
        if "lost" in path:
            return
        if "refused=" in path:
            status = path.partition("refused=")[2]
            writer.write(f"HTTP/1.1 {status} No\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nours".encode())
            await writer.drain()
            return
        if path.endswith("/stream"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 1\n\n")
            await self.go_on.wait()
            writer.write(b"data: 2\n\n")
            await writer.drain()
            return
        body = json.dumps({"name": self.name, "path": path, "headers": headers}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


Gateway = tuple[httpx.AsyncClient, dict[str, Upstream]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    folder: Path = tmp_path_factory.mktemp("nginx")
    upstreams = {name: Upstream(name) for name in ("job-service", "label-1", "label-2", "sync-service", "edge")}
    nobody = f"127.0.0.1:{ports.choose()}"
    port = ports.choose()
    async with AsyncExitStack() as stack:
        at = {
            name: f"127.0.0.1:{await stack.enter_async_context(listening(upstream.serve))}"
            for name, upstream in upstreams.items()
        }
        site = nginx_site(
            {
                Target.JOB: [at["job-service"]],
                Target.LABEL: [at["label-1"], at["label-2"]],
                Target.SYNC: [at["sync-service"]],
                Target.TEAM: [nobody],
                Target.EDGE: [at["edge"]],
            },
            port,
            folder,
        )
        (folder / "nginx.conf").write_text(render(site))
        argv = (find_nginx(), "-c", str(folder / "nginx.conf"), "-g", NGINX_DIRECTIVES)
        child = await Child.spawn(Command("nginx", argv, folder / "nginx.log", "test"))
        stack.push_async_callback(child.stop)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        await eventually(lambda: client.get("/"), also=(httpx.TransportError,))
        yield client, upstreams


async def name_of(client: httpx.AsyncClient, path: str) -> str:
    return str((await client.get(path)).json()["name"])


async def test_paths_reach_their_service(gateway: Gateway) -> None:
    client, _ = gateway
    assert await name_of(client, "/api/v1/jobs/5") == "job-service"
    assert await name_of(client, "/api/v1/jobs/5:sync") == "sync-service"
    assert (await name_of(client, "/api/v1/jobs/5/items")).startswith("label-")
    assert await name_of(client, "/metrics") == "edge"
    assert await name_of(client, "/") == "edge"


async def test_one_jobs_requests_meet_in_one_process(gateway: Gateway) -> None:
    client, _ = gateway
    lanes = {
        job: {
            await name_of(client, f"/api/v1/jobs/{job}/{path}")
            for path in ("annotations", "items?status=all", "labels:merge", "stats", "changes/1:undo")
        }
        for job in range(20)
    }
    assert all(len(lane) == 1 for lane in lanes.values())
    assert len({name for lane in lanes.values() for name in lane}) == 2


async def test_path_and_query_pass_unchanged(gateway: Gateway) -> None:
    client, _ = gateway
    reply = await client.get("/api/v1/jobs/5/items?path=a%2Fb%20c&label=%E7%8C%AB")
    assert reply.json()["path"] == "/api/v1/jobs/5/items?path=a%2Fb%20c&label=%E7%8C%AB"


async def test_a_request_id_is_kept_or_made(gateway: Gateway) -> None:
    client, _ = gateway
    kept = await client.get("/api/v1/jobs", headers={"X-Request-Id": "mine-1"})
    made = await client.get("/api/v1/jobs", headers={"X-Request-Id": "not one; at all"})
    assert kept.json()["headers"]["x-request-id"] == "mine-1"
    assert len(made.json()["headers"]["x-request-id"]) == 32


async def test_events_of_a_stream_arrive_as_they_come(gateway: Gateway) -> None:
    client, upstreams = gateway
    async with client.stream("GET", "/api/v1/jobs/5/changes/stream") as reply:
        lines = reply.aiter_lines()
        assert await anext(lines) == "data: 1"
        for upstream in upstreams.values():
            upstream.go_on.set()
        assert [line async for line in lines if line] == ["data: 2"]


async def test_a_service_that_is_away_is_503_and_nothing_was_done(gateway: Gateway) -> None:
    client, _ = gateway
    for method in ("GET", "POST"):
        reply = await client.request(method, "/api/v1/auth/login", json={})
        assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
        assert reply.headers["retry-after"] == "1"
        assert reply.headers["content-type"] == "application/problem+json"


async def test_a_service_lost_over_a_change_leaves_the_outcome_unknown(gateway: Gateway) -> None:
    client, upstreams = gateway
    before = sum(upstream.asked for upstream in upstreams.values())
    reply = await client.post("/api/v1/jobs/5/annotations?lost", json={"sample_ids": []})
    assert (reply.status_code, reply.json()["code"]) == (500, "outcome-unknown")
    assert sum(upstream.asked for upstream in upstreams.values()) == before + 1


async def test_a_service_lost_over_a_question_is_503(gateway: Gateway) -> None:
    client, _ = gateway
    reply = await client.get("/api/v1/jobs/5/items?lost")
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    ("path", "largest"),
    [("/api/v1/jobs/5/annotations", 16 * MIB), ("/api/v1/jobs/5", 16 * MIB), ("/api/v1/jobs", 64 * MIB)],
)
async def test_a_body_passes_at_the_limit_and_is_a_problem_above_it(gateway: Gateway, path: str, largest: int) -> None:
    client, _ = gateway

    async def passes() -> None:  # a service that was lost in another test is away for a second
        assert (await client.post(path, content=bytes(largest))).status_code == 200

    await eventually(passes)
    reply = await client.post(path, content=bytes(largest + 1))
    assert (reply.status_code, reply.json()["code"]) == (413, "body-too-large")


async def test_header_that_is_no_http_is_a_problem(gateway: Gateway) -> None:
    client, _ = gateway
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"GET /api/v1/jobs HTTP/1.1\r\nHost: a b\r\n\r\n")
    answer = await reader.read(4096)
    writer.close()
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    ("first_line", "status"),
    [(b"GET /api/v1/jobs/a%00b HTTP/1.1", 400), (b"GET /" + b"x" * 70_000 + b" HTTP/1.1", 414)],
)
async def test_first_line_that_cannot_be_read_is_a_problem(gateway: Gateway, first_line: bytes, status: int) -> None:
    client, _ = gateway
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(first_line + b"\r\nHost: localhost\r\n\r\n")
    answer = await reader.read(4096)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"application/problem+json" in answer


async def test_headers_have_the_limit_of_the_services(gateway: Gateway) -> None:
    client, _ = gateway
    assert (await client.get("/api/v1/jobs", headers={"X": "x" * 60_000})).status_code == 200
    for headers in ({"X": "x" * 70_000}, {f"X-{number}": "x" * 8_000 for number in range(10)}):
        reply = await client.get("/api/v1/jobs", headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (431, "headers-too-large")


async def test_a_public_call_takes_a_small_body(gateway: Gateway) -> None:
    client, _ = gateway
    for path in ("/api/v1/auth/login", "/api/v1/invitations/x:accept"):
        reply = await client.post(path, content=b"x" * 16_385)
        assert (reply.status_code, reply.json()["code"]) == (413, "body-too-large")


async def test_a_body_that_pauses_gets_the_services_own_answer(gateway: Gateway) -> None:
    client, _ = gateway
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"POST /api/v1/jobs?too-slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nno more")
    answer = await asyncio.wait_for(reader.read(4096), 10)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 "), answer
    assert answer.endswith(b"ours")


@pytest.mark.parametrize("status", [429, 503])
async def test_what_a_service_refuses_says_when_to_come_again_behind_nginx_too(gateway: Gateway, status: int) -> None:
    client, _ = gateway
    reply = await client.get(f"/api/v1/jobs?refused={status}")
    assert (reply.status_code, reply.text, reply.headers["retry-after"]) == (status, "ours", "7")


async def test_one_address_has_512_requests_under_way_and_is_told_when_to_come_again(gateway: Gateway) -> None:
    client, upstreams = gateway
    for upstream in upstreams.values():
        upstream.go_on.clear()
    request = b"GET /api/v1/jobs/5/changes/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
    busy = [await asyncio.open_connection(client.base_url.host, client.base_url.port) for _ in range(512)]
    for reader, writer in busy:
        writer.write(request)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    reply = await client.get("/api/v1/jobs/5")
    assert (reply.status_code, reply.json()["code"]) == (503, "too-many-connections")
    assert reply.headers["retry-after"] == "1"
    assert reply.headers["content-type"] == "application/problem+json"
    for upstream in upstreams.values():
        upstream.go_on.set()
    for _, writer in busy:
        writer.close()

    async def served() -> None:
        assert (await client.get("/api/v1/jobs/5")).status_code == 200

    await eventually(served)
