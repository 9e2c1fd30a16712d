"""`python -m labelstream_gateway.edge --port 8000`: the edge as a process of its own, behind nginx."""

import argparse
import asyncio
import signal

import uvloop

from labelstream_common.auth import service_client
from labelstream_common.runtime import serve
from labelstream_gateway.edge import EdgeSettings, create_edge

_TIMEOUT = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    arguments = parser.parse_args()
    uvloop.run(_run(EdgeSettings(), arguments.host, arguments.port))


async def _run(settings: EdgeSettings, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    clients = {
        target: service_client(_TIMEOUT, base_url=url, ca_file=settings.ca_file)
        for target, url in settings.urls.items()
    }
    try:
        edge = create_edge(clients, console=settings.console_dir, stores=settings.stores)
        await serve(
            edge,
            host=host,
            port=port,
            stop=stop,
            trusted_proxies=settings.trusted_proxies,
            limits=settings.connection_limits,
        )
    finally:
        for client in clients.values():
            await client.aclose()


if __name__ == "__main__":
    main()
