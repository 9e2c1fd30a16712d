"""Serves an ASGI application with uvicorn until told to stop, then lets requests under way finish."""

import asyncio
import contextlib
import gc
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import uvicorn

from labelstream_common.runtime.bounded_protocol import ConnectionLimits, bounded, watch
from labelstream_common.runtime.memory import return_memory
from labelstream_common.tasks import end

_GRACE = 10
_OWN_FILES = 256
_COLLECTED_AFTER = (20_000, 20, 20)
_SWITCH_SECONDS = (
    0.001  # the event loop waits no longer for a thread that computes; Python's own are five times as long
)
_DEFAULT_LIMITS = ConnectionLimits()


class _Server(uvicorn.Server):
    """Leaves signals to the process that runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: Any,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    trusted_proxies: str = "",
    limits: ConnectionLimits = _DEFAULT_LIMITS,
) -> None:
    """Serves until `stop`. Raises OSError if the address is taken.

    Only `trusted_proxies` (addresses and networks, separated by commas) may say whom they speak for.
    """
    _leave_garbage_longer()
    sys.setswitchinterval(_SWITCH_SECONDS)
    server = _Server(_configuration(app, host, port, trusted_proxies, limits))
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    beside = [asyncio.create_task(watch(server.server_state.connections)), asyncio.create_task(return_memory())]
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    try:
        await serving
    except SystemExit as error:
        raise OSError(f"cannot listen on {host}:{port}") from error
    finally:
        await end(beside)


def _configuration(app: Any, host: str, port: int, trusted_proxies: str, limits: ConnectionLimits) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http=bounded(_with_files_for(limits)),
        ws="none",
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


def _leave_garbage_longer() -> None:
    """What is loaded by now lives as long as the process: the collector need not look at it again and again. And a
    commit of a thousand items makes tens of thousands of objects, hardly any of them in cycles.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def _with_files_for(limits: ConnectionLimits) -> ConnectionLimits:
    """No more connections than this process may have files for; it takes as many as it is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _OWN_FILES
    if soft < wanted:
        soft = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return replace(limits, connections=max(1, min(limits.connections, soft - _OWN_FILES)))
