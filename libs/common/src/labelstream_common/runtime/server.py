"""Serves an ASGI application with uvicorn until told to stop, then lets requests under way finish."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import uvicorn

_GRACE = 10


class _Server(uvicorn.Server):
    """Leaves signals to the process that runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: Any, *, host: str, port: int, stop: asyncio.Event, trusted_proxies: str = "") -> None:
    """Serves until `stop`. Raises OSError if the address is taken.

    Only `trusted_proxies` (addresses and networks, separated by commas) may say whom they speak for.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    try:
        await serving
    except SystemExit as error:
        raise OSError(f"cannot listen on {host}:{port}") from error
