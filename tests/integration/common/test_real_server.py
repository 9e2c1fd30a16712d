"""What only a real server shows: bodies that never end, keys fetched over HTTP, many requests on one connection."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest_asyncio
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from labelstream_common.auth import AccountRole, Authenticator, Caller, PublicKeys, TokenVerifier, claims_of, sign_token
from labelstream_common.http import Body, JsonReply, Router, client_address, create_app, policies
from labelstream_common.mongo import Database
from labelstream_common.runtime import serve

KEY = OKPKey.generate_key("Ed25519", {"kid": "over-http"})


class Named(Body):
    name: str


def routes() -> Router:
    router = Router(prefix="")

    @router.get("/.well-known/jwks.json", policy=policies.public(), raw=True)
    async def keys(_: Request) -> Response:
        return JsonReply({"keys": [KEY.as_dict(private=False)]})

    @router.get("/whence", policy=policies.public(), raw=True)
    async def whence(request: Request) -> Response:
        return JsonReply({"address": client_address(request)})

    @router.post("/named", policy=policies.signed_in())
    async def named(body: Named) -> dict[str, str]:
        return {"name": body.name}

    return router


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def application(database: Database, port: int = 1) -> FastAPI:
    url = f"http://127.0.0.1:{port}/.well-known/jwks.json"
    authenticator = Authenticator(TokenVerifier(PublicKeys(url), issuer="t"))
    return create_app("real", [routes()], authenticator=authenticator, database=database, max_body_bytes=100_000)


@asynccontextmanager
async def serving(app: FastAPI, port: int = 0, **options: Any) -> AsyncIterator[int]:
    port = port or free_port()
    stop = asyncio.Event()
    running = asyncio.create_task(serve(app, host="127.0.0.1", port=port, stop=stop, **options))
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
    yield port
    stop.set()
    await running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def port(database: Database) -> AsyncIterator[int]:
    port = free_port()
    async with serving(application(database, port), port):
        yield port


def token() -> str:
    caller = Caller("somebody", AccountRole.MEMBER)
    return sign_token(claims_of(caller, issuer="t", issued_at=int(time.time())), KEY, "over-http")


async def test_little_is_made_for_a_client_that_reads_nothing(database: Database) -> None:
    made: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(1_000):
            made.append(number)
            yield bytes(64 * 1024)

    router = Router(prefix="")

    @router.get("/large", policy=policies.public(), raw=True)
    async def large(_: Request) -> Response:
        return StreamingResponse(pieces())

    app = create_app("real", [router], authenticator=AsyncMock(spec=Authenticator), database=database)
    async with serving(app) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
            await asyncio.to_thread(client.recv, 1)
            count = 0
            while count < len(made):
                count = len(made)
                await asyncio.sleep(0.5)
            assert 0 < count < 32, count  # 2 MiB


async def test_ready_when_the_database_answers(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": {"mongodb": "ok"}})


async def test_keys_come_over_http(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        client.headers["Authorization"] = f"Bearer {token()}"
        for number in range(20):
            answer = await client.post("/named", json={"name": str(number)})
            assert answer.json() == {"name": str(number)}


async def test_a_body_that_is_far_too_large_gets_its_answer_and_the_connection_lives(port: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(320):
            yield b" " * 65_536

    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits) as client:
        client.headers.update({"Authorization": f"Bearer {token()}", "Content-Type": "application/json"})
        for content in (chunks(), b" " * 20_000_000):
            answer = await client.post("/named", content=content)
            assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
            assert (await client.post("/named", json={"name": "after"})).json() == {"name": "after"}


async def test_a_declared_length_is_refused_unread(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /named HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
        "Content-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(5):
        answer = await reader.read(65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_a_client_cannot_choose_its_address(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.get("/whence", headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.json() == {"address": "127.0.0.1"}


async def test_a_trusted_proxy_says_whom_it_speaks_for(database: Database) -> None:
    async with serving(application(database), trusted_proxies="127.0.0.1") as port, httpx.AsyncClient() as client:
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        answer = await client.get(f"http://127.0.0.1:{port}/whence", headers=headers)
        assert answer.json() == {"address": "203.0.113.9"}
