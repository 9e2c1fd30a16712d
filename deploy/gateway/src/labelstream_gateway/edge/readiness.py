"""Whether the whole platform can work: it is ready when every service is."""

import asyncio
from collections.abc import Mapping

import httpx

from labelstream_gateway.routing import Target

_TIMEOUT = 5.0


async def readiness(clients: Mapping[Target, httpx.AsyncClient]) -> dict[str, bool]:
    """Asks every service at once. One that does not answer in time is not ready."""
    answers = await asyncio.gather(*(_is_ready(client) for client in clients.values()))
    return {target.value: ready for target, ready in zip(clients, answers, strict=True)}


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT):
            return (await client.get("/readyz")).status_code == 200
    except (httpx.HTTPError, TimeoutError):
        return False  # a service that does not answer is not ready
