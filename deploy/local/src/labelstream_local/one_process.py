"""`python -m labelstream_local.one_process`: the four services and the gateway in one process.

The applications, followers and relays are those of a cluster; the dispatcher stands where nginx does.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

import httpx
import uvloop

from labelstream_common.runtime import Role, Service, serve, supervise, tasks_of
from labelstream_common.telemetry import configure_logging, configure_tracing, shutdown_tracing
from labelstream_gateway.dispatcher import Dispatcher
from labelstream_gateway.edge import EdgeSettings, create_edge
from labelstream_gateway.routing import Target
from labelstream_local.preparation import build_all, load_all, prepare_all

_NAME = "labelstream"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--told", action="store_true", help="load first, then read the settings (JSON) from stdin")
    arguments = parser.parse_args()
    if arguments.told:
        load_all()
        settings = sys.stdin.readline()
        if not settings:
            return  # whoever started it has ended
        os.environ.update(json.loads(settings))
    uvloop.run(_run(arguments.host, arguments.port))


async def _run(host: str, port: int) -> None:
    services = build_all()
    configure_logging(services[0].settings, _NAME)
    configure_tracing(_NAME)
    stop, drained = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as cleanup:
        cleanup.callback(shutdown_tracing)
        for service in services:
            cleanup.push_async_callback(service.close)
            service.app.state.stopping = stop
        await prepare_all(services)
        for service in services:
            await service.start()
        tasks = [task for service in services for task in tasks_of(service, tuple(Role))]
        background = asyncio.create_task(supervise(tasks, drained))
        try:
            gateway, settings = await _gateway(services, cleanup), services[0].settings
            await serve(
                gateway,
                host=host,
                port=port,
                stop=stop,
                trusted_proxies=settings.trusted_proxies,
                limits=settings.connection_limits,
            )
        finally:
            drained.set()
            await background


async def _gateway(services: Sequence[Service], cleanup: AsyncExitStack) -> Dispatcher:
    applications = {Target(service.name): service.app for service in services}
    clients = {}
    for target, application in applications.items():
        client = httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=f"http://{target.value}")
        clients[target] = await cleanup.enter_async_context(client)
    settings = EdgeSettings()
    edge = create_edge(clients, console=settings.console_dir, stores=settings.stores)
    return Dispatcher({**applications, Target.EDGE: edge})


if __name__ == "__main__":
    main()
