"""A small HTTP/1.1 client for load: keep-alive, one request at a time per connection, answers with a length.

httpx costs more per request than the server does, so a load made with it would measure the client.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """Status and body of one answer."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None:
            return
        head = bytes(self._buffer[:end]).lower()
        length = _length(head)
        if len(self._buffer) < end + 4 + length:
            return
        answer = Answer(int(head[9:12]), bytes(self._buffer[end + 4 : end + 4 + length]))
        del self._buffer[: end + 4 + length]
        waiting, self._waiting = self._waiting, None
        waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("the server closed the connection"))

    async def send(self, request: bytes) -> Answer:
        """Send a whole request and wait for its answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError("an answer without content-length cannot be read by this client")


class LoadClient:
    """A pool of connections to one server, signed with one token."""

    def __init__(self, url: str, token: str, connections: Sequence[Connection]) -> None:
        self._host = urlsplit(url).netloc
        self._token = token
        self._free = deque(connections)
        self._all = connections
        self._wake = asyncio.Semaphore(len(connections))

    @classmethod
    async def open(cls, url: str, token: str, connections: int) -> "LoadClient":
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(Connection, parts.hostname or "127.0.0.1", parts.port or 80)
            for _ in range(connections)
        ]
        return cls(url, token, [protocol for _, protocol in made])

    def request(self, method: str, path: str, body: bytes = b"", key: str = "") -> bytes:
        """A whole request as bytes; made before the clock starts."""
        lines = [
            f"{method} /api/v1{path} HTTP/1.1",
            f"host: {self._host}",
            f"authorization: Bearer {self._token}",
            *([f"idempotency-key: {key}"] if key else []),
            *(["content-type: application/json", f"content-length: {len(body)}"] if body else []),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def send(self, request: bytes) -> Answer:
        """Send on a free connection, waiting for one if all are at work. Raises RuntimeError for a refusal."""
        async with self._wake:
            connection = self._free.popleft()
            try:
                answer = await connection.send(request)
            finally:
                self._free.append(connection)
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status}: {answer.body[:500].decode(errors='replace')}")
        return answer

    def close(self) -> None:
        for connection in self._all:
            connection.close()
