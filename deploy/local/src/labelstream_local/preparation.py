"""The four services built in one process, and the explicit step before they start: indexes and topics.

`python -m labelstream_local.preparation` is that step alone, as `--split` needs it.
"""

import asyncio
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, get_type_hints

import uvloop

from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.messaging.users import administering, grant
from labelstream_common.runtime import CommonSettings, Service, prepare
from labelstream_common.telemetry import configure_logging
from labelstream_contracts.topics import TOPICS
from labelstream_gateway.routing import SERVICES, Target
from labelstream_local.kafka_rights import rights_of
from labelstream_local.stack import prefix_of

_OWN = frozenset({"MONGODB_URL", "KAFKA_USERNAME", "KAFKA_PASSWORD", "KAFKA_SASL_MECHANISM"})


def load_all() -> None:
    """Imports every service, which takes seconds and needs nothing else."""
    for target in SERVICES:
        import_module(f"{_package(target)}.bootstrap")


def build_all() -> list[Service]:
    """Every service, wired by its own bootstrap from the environment. Does no I/O."""
    return [_build(_package(target)) for target in SERVICES]


def _package(target: Target) -> str:
    return target.value.replace("-", "_")


def _build(package: str) -> Service:
    # The services are alike in their shape, so their composition roots are found by name.
    build: Any = import_module(f"{package}.bootstrap").build
    settings = get_type_hints(build)["settings"]
    service: Service = build(settings(**_own_settings(package.replace("_", "-"))))
    return service


def _own_settings(service: str) -> dict[str, str]:
    """What this service alone is told: `LABELSTREAM_JOB_SERVICE_MONGODB_URL` is job-service's `mongodb_url`."""
    prefix = prefix_of(service)
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and name.removeprefix(prefix) in _OWN
    }


async def prepare_all(services: Sequence[Service]) -> None:
    """Safe to repeat, and to run while the services work. The process is told how the administrator signs in."""
    administrator = _Administrator()
    await ensure_topics(administrator.kafka, TOPICS)
    if administrator.kafka.username is not None:
        async with administering(administrator.kafka) as admin:
            await grant(admin, rights_of(services))
    await asyncio.gather(*(prepare(service) for service in services))


class _Administrator(CommonSettings):
    """The settings without those of a service."""


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
