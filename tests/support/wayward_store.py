"""An object store that misbehaves: a proxy before a real one. It refuses, delays and breaks off what a test says.

Signatures hold, since nothing of a request is changed but `Connection`, which is not signed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tests.support.servers import listening


class Refusal(NamedTuple):
    status: int
    code: str


SLOW_DOWN = Refusal(503, "SlowDown")
ARCHIVED = Refusal(403, "InvalidObjectState")


def _nothing(method: str, path: str) -> Refusal | None:
    return None


class WaywardStore:
    """`refuses` is asked about every request (method, decoded path without its query); `delay` is in seconds, and is
    waited before an answer; of the paths in `cuts`, an answer ends behind so many bytes, once."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self.endpoint = ""
        self.asked: list[str] = []
        self.good()

    def good(self) -> None:
        """It behaves from now on."""
        self.refuses: Callable[[str, str], Refusal | None] = _nothing
        self.delay = 0.0
        self.cuts: dict[str, int] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["WaywardStore"]:
        async with listening(self._serve) as port:
            self.endpoint = f"http://127.0.0.1:{port}"
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split(" ", 2)
        path = unquote(urlsplit(target).path)
        length = sum(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
        body = await reader.readexactly(length)
        self.asked.append(f"{method} {path}")
        await asyncio.sleep(self.delay)
        refusal = self.refuses(method, path)
        if refusal is None:
            lines = [line for line in lines if line and not line.lower().startswith("connection:")]
            asked = "\r\n".join([first, *lines, "Connection: close", "", ""]).encode() + body
            await self._pass_on(asked, writer, self.cuts.pop(path, None))
        else:
            writer.write(_told(refusal, method))
            await writer.drain()

    async def _pass_on(self, asked: bytes, writer: asyncio.StreamWriter, cut: int | None) -> None:
        theirs, ours = await asyncio.open_connection(self._host, self._port)
        with closing(ours):
            ours.write(asked)
            while piece := await theirs.read(65_536 if cut is None else min(cut, 65_536)):
                writer.write(piece)
                await writer.drain()
                cut = None if cut is None else cut - len(piece)
                if cut == 0:
                    break


def _told(refusal: Refusal, method: str) -> bytes:
    body = f'<?xml version="1.0"?><Error><Code>{refusal.code}</Code></Error>'.encode()
    head = f"HTTP/1.1 {refusal.status} Refused\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + (b"" if method == "HEAD" else body)
