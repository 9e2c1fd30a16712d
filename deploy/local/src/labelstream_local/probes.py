"""The smallest honest question to each kind of server: does it answer in its own protocol? None of them raises."""

import asyncio
import struct

_TIMEOUT = 2.0
_API_VERSIONS_V0 = struct.pack(">hhih", 18, 0, 1, -1)


async def http_status(port: int, path: str = "/") -> int | None:
    """The status of a GET, or None when nothing answers in HTTP."""
    head = await _ask(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode(), 12)
    if head is None or not head.startswith(b"HTTP/1."):
        return None
    return int(head[9:12])


async def kafka_answers(port: int) -> bool:
    """Whether a broker takes requests: it opens its port well before that."""
    request = struct.pack(">i", len(_API_VERSIONS_V0)) + _API_VERSIONS_V0
    reply = await _ask(port, request, 10)
    return reply is not None and struct.unpack(">ih", reply[4:10]) == (1, 0)


async def _ask(port: int, request: bytes, length: int) -> bytes | None:
    try:
        async with asyncio.timeout(_TIMEOUT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request)
                return await reader.readexactly(length)
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError):
        return None  # it is not listening yet, or not able to answer
