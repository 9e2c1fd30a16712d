"""`python -m <service> api | consumers | relay | all | migrate`: the one entry point of every service's processes."""

import argparse
import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import TypeVar

import uvloop

from labelstream_common.runtime.roles import prepare, tasks_of
from labelstream_common.runtime.server import serve
from labelstream_common.runtime.service import Role, Service
from labelstream_common.runtime.settings import CommonSettings
from labelstream_common.runtime.supervisor import supervise
from labelstream_common.telemetry import configure_logging, configure_tracing, shutdown_tracing

S = TypeVar("S", bound=CommonSettings)

_ROLES = {role.value: (role,) for role in Role} | {"all": tuple(Role)}


def main(build: Callable[[S], Service], settings: Callable[[], S], argv: Sequence[str] | None = None) -> None:
    """Reads the settings, builds the service and runs the role that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=[*_ROLES, "migrate"])
    parser.add_argument("--host", default="127.0.0.1", help="address that the api listens on")
    parser.add_argument("--port", type=int, default=8000, help="port that the api listens on")
    arguments = parser.parse_args(argv)
    uvloop.run(_run(build, settings(), arguments))


async def _run(build: Callable[[S], Service], settings: S, arguments: argparse.Namespace) -> None:
    service = build(settings)
    configure_logging(settings, service.name)
    configure_tracing(service.name)
    try:
        if arguments.role == "migrate":
            await prepare(service)
        else:
            await run_roles(service, _ROLES[arguments.role], host=arguments.host, port=arguments.port)
    finally:
        await service.close()
        shutdown_tracing()


async def run_roles(service: Service, roles: Sequence[Role], *, host: str, port: int) -> None:
    """Runs `roles` until SIGTERM or SIGINT: requests finish first, then background tasks, each within 10 s.

    A process without the api role still serves its probes and metrics on `port`.
    """
    stop, drained = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    service.app.state.stopping = stop
    await service.start()
    background = asyncio.create_task(supervise(tasks_of(service, roles), drained))
    try:
        settings = service.settings
        await serve(
            service.app,
            host=host,
            port=port,
            stop=stop,
            trusted_proxies=settings.trusted_proxies,
            limits=settings.connection_limits,
        )
    finally:
        drained.set()
        await background
