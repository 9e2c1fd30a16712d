"""An operation as whoever started it sees it, also while the process behind it dies and comes back."""

from typing import Any

import httpx
from tests.support.platform import Platform
from tests.support.waiting import eventually


async def operation_of(platform: Platform, operation_id: str) -> dict[str, Any]:
    reply = await platform.client.get(f"/api/v1/operations/{operation_id}")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def succeeded(platform: Platform, operation_id: str, *, within: float = 60) -> dict[str, Any]:
    """The operation once it has succeeded."""

    async def ended() -> dict[str, Any]:
        operation = await operation_of(platform, operation_id)
        assert operation["state"] == "succeeded", operation
        return operation

    return await eventually(ended, within=within, every=0.1, also=(httpx.TransportError,))
