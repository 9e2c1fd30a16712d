"""The four services built in one process, and the explicit step before they start: indexes and topics.

`python -m labelstream_local.preparation` is that step alone, as `--split` needs it.
"""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any, get_type_hints

import uvloop

from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.runtime import Service, prepare
from labelstream_common.telemetry import configure_logging
from labelstream_contracts.topics import TOPICS
from labelstream_gateway.routing import SERVICES


def build_all() -> list[Service]:
    """Every service, wired by its own bootstrap from the environment. Does no I/O."""
    return [_build(target.value.replace("-", "_")) for target in SERVICES]


def _build(package: str) -> Service:
    # The services are alike in their shape, so their composition roots are found by name.
    build: Any = import_module(f"{package}.bootstrap").build
    settings = get_type_hints(build)["settings"]
    service: Service = build(settings())
    return service


async def prepare_all(services: Sequence[Service]) -> None:
    """Safe to repeat, and to run while the services work."""
    await ensure_topics(services[0].settings.kafka_bootstrap_servers, TOPICS)
    await asyncio.gather(*(prepare(service) for service in services))


async def _run() -> None:
    services = build_all()
    configure_logging(services[0].settings, "preparation")
    try:
        await prepare_all(services)
    finally:
        for service in services:
            await service.close()


if __name__ == "__main__":
    uvloop.run(_run())
