"""Servers that a test writes itself: who hangs up is no error, and nothing of them is left behind."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress

_LOST = (
    BrokenPipeError,
    ConnectionAbortedError,
    ConnectionResetError,
    asyncio.IncompleteReadError,
    ssl.SSLError,
)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port (any if it is 0) at which `serve` answers each connection, which is closed when it returns.

    What still serves at the end is cancelled. Raises what went wrong in `serve`, except that a connection was lost.
    """
    # asyncio itself keeps no reference to what serves a connection of which the other side has closed its half.
    serving: list[asyncio.Task[None]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(*_LOST):  # whoever asked has gone
            await serve(reader, writer)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.is_serving():
            serving.append(asyncio.create_task(answer(reader, writer)))
        else:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        ends = await asyncio.gather(*serving, return_exceptions=True)
    if errors := [end for end in ends if isinstance(end, Exception)]:
        raise ExceptionGroup("A test's own server failed.", errors)
