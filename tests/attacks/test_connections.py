"""Attacks on connections: what never ends, what is too large, what comes too slowly, and too many at once."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import orjson
import pytest
from starlette.types import Receive, Scope, Send

from labelstream_common.runtime import ConnectionLimits, serve

LIMITS = ConnectionLimits()
QUICK = replace(LIMITS, header_seconds=0.5, body_pause_seconds=0.5, reader_pause_seconds=1.0)


@dataclass
class Application:
    """Reads what comes and says how much; at `/large` it answers in pieces until nobody takes them."""

    requests: int = 0
    read: int = 0
    sent: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        if scope["path"] == "/large":
            await self._large(send)
            return
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            self.read += len(message["body"])
            if not message["more_body"]:
                break
        body = b"%d" % self.read
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _large(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1_000):
            await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
            self.sent += 65_536
            if self.sent > 40_000_000:
                break
        self.left.set()


@asynccontextmanager
async def served(limits: ConnectionLimits) -> AsyncIterator[tuple[Application, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    application, stop = Application(), asyncio.Event()
    serving = asyncio.create_task(serve(application, host="127.0.0.1", port=port, stop=stop, limits=limits))
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            break
    yield application, port
    stop.set()
    await serving


async def answer_to(port: int, *pieces: bytes, pause: float = 0.0, seconds: float = 8.0) -> bytes:
    """All that the server says until it ends the connection, or until its answer is whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = b""
    try:
        async with asyncio.timeout(seconds):
            sending = asyncio.create_task(_send(writer, pieces, pause))
            while piece := await reader.read(65_536):
                said += piece
            await sending
    except (ConnectionError, TimeoutError):
        pass  # it hung up, or the time is up: what it said until then counts
    finally:
        sending.cancel()
        writer.transport.abort()
    return said


async def _send(writer: asyncio.StreamWriter, pieces: tuple[bytes, ...], pause: float) -> None:
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


def assert_problem(said: bytes, status: int, code: str) -> None:
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), said[:300]
    assert b"content-type: application/problem+json" in head
    document = orjson.loads(body)
    assert (document["status"], document["code"]) == (status, code)


def test_limits_are_those_of_the_guide() -> None:
    assert ConnectionLimits(65_536, 128, 15, 30, 60, 2_048) == LIMITS


async def test_headers_up_to_the_limit_arrive() -> None:
    async with served(QUICK) as (_, port):
        for size in (1_000, 60_000, 65_000):
            said = await answer_to(port, b"GET / HTTP/1.1\r\nConnection: close\r\nX: " + b"x" * size + b"\r\n\r\n")
            assert said.startswith(b"HTTP/1.1 200 "), size
        said = await answer_to(port, b"GET /?" + b"x" * 60_000 + b" HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("pieces", "status", "code"),
    [
        ((b"GET / HTTP/1.1\r\nX: ", *[b"x" * 65_536] * 900), 431, "headers-too-large"),
        ((b"GET / HTTP/1.1\r\n", *[b"X: " + b"x" * 8_000 + b"\r\n"] * 60), 431, "headers-too-large"),
        ((b"GET / HTTP/1.1\r\n", *[b"X: 1\r\n"] * 200, b"\r\n"), 431, "headers-too-large"),
        ((b"GET /", *[b"x" * 65_536] * 900), 414, "uri-too-long"),
        ((b"GET /?" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",), 414, "uri-too-long"),
        (
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", *[b"x" * 65_536] * 50),
            431,
            "headers-too-large",
        ),
        (
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", *[b"x" * 65_536] * 50),
            431,
            "headers-too-large",
        ),
        ((b"NOT HTTP AT ALL\r\n\r\n",), 400, "bad-request"),
        ((b"GET \x00 HTTP/1.1\r\n\r\n",), 400, "bad-request"),
        ((b"GET http://[ HTTP/1.1\r\n\r\n",), 400, "bad-request"),
        ((b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",), 400, "bad-request"),
        ((b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",), 400, "bad-request"),
        ((b"CONNECT a:1 HTTP/1.1\r\n\r\n",), 400, "bad-request"),
    ],
    ids=[
        "one endless header",
        "many headers",
        "many small headers",
        "endless address",
        "long address",
        "endless trailer",
        "endless chunk extension",
        "no HTTP",
        "NUL",
        "no address",
        "no length",
        "no chunk",
        "connect",
    ],
)
async def test_what_is_too_large_or_no_http_gets_a_problem(pieces: tuple[bytes, ...], status: int, code: str) -> None:
    async with served(LIMITS) as (application, port):
        began = time.perf_counter()
        said = await answer_to(port, *pieces)
        assert_problem(said, status, code)
        assert time.perf_counter() - began < 5
        assert application.read == 0


async def test_headers_that_drip_are_refused_in_time() -> None:
    async with served(QUICK) as (application, port):
        said = await answer_to(port, b"GET / HTTP/1.1\r\n", *[b"X: 1\r\n"] * 40, pause=0.2)
        assert_problem(said, 408, "request-timeout")
        assert application.requests == 0


async def test_a_connection_that_asks_nothing_is_ended() -> None:
    async with served(QUICK) as (_, port):
        began = time.perf_counter()
        assert await answer_to(port) == b""
        assert time.perf_counter() - began < 4


async def test_a_body_that_pauses_is_refused_in_time_and_its_reader_told() -> None:
    async with served(QUICK) as (application, port):
        said = await answer_to(port, b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\nbegun")
        assert_problem(said, 408, "request-timeout")
        async with asyncio.timeout(2):
            await application.left.wait()


async def test_a_body_that_comes_slowly_but_comes_is_read() -> None:
    async with served(QUICK) as (_, port):
        head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 12\r\n\r\n"
        said = await answer_to(port, head, *[b"x"] * 12, pause=0.2)
        assert said.endswith(b"\r\n\r\n12")


async def test_a_reader_that_takes_nothing_is_dropped() -> None:
    async with served(QUICK) as (application, port):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /large HTTP/1.1\r\n\r\n")
            await asyncio.sleep(0.5)
            stalled = application.sent
            assert 0 < stalled < 40_000_000
            async with asyncio.timeout(10):
                await application.left.wait()  # what is sent to nobody is not waited for


async def test_a_slow_reader_that_takes_something_is_kept() -> None:
    async with served(QUICK) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=65_536)
        writer.write(b"GET /large HTTP/1.1\r\n\r\n")
        got = 0
        for _ in range(30):  # three times as long as a reader may pause
            got += len(await reader.read(65_536))
            await asyncio.sleep(0.1)
        assert got > 100_000
        assert not reader.at_eof()
        writer.transport.abort()


async def test_many_idle_connections_shut_nobody_out() -> None:
    limits = replace(LIMITS, connections=50)
    async with served(limits) as (_, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(120)]
        said = await answer_to(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 ")
        for _, writer in idle:
            writer.transport.abort()


async def test_more_requests_than_connections_are_refused_and_told_when_to_come_again() -> None:
    limits = replace(LIMITS, connections=10)
    async with served(limits) as (_, port):
        busy = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
        for _, writer in busy:
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
        await asyncio.sleep(0.3)
        said = await answer_to(port, b"GET / HTTP/1.1\r\n\r\n")
        assert_problem(said, 503, "too-many-connections")
        assert b"retry-after: 1" in said
        for _, writer in busy:
            writer.transport.abort()


async def test_pipelined_requests_are_not_taken_for_one_large_one() -> None:
    async with served(LIMITS) as (application, port):
        one = b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000 + b"\r\n\r\n"
        last = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
        said = await answer_to(port, one * 300 + last)
        assert said.count(b"HTTP/1.1 200 ") == application.requests == 301
