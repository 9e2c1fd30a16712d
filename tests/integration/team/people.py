"""Who uses team-service in these tests, and what job-service would tell it."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Self, TypeAlias

import httpx

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service
from labelstream_contracts import Actor, JobCreated, JobPayload

ADMIN_EMAIL = "Admin@Example.org"
SERVICE_SECRET = "a secret of the services"
ADMIN_PASSWORD = "the operator's own"
PASSWORD = "correct horse battery staple"

Publish: TypeAlias = Callable[..., Awaitable[None]]


class Platform:
    """The service's doors, and people who come through them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._clients = AsyncExitStack()
        self._admin: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._clients.aclose()

    async def stranger(self, origin: str = "192.0.2.1") -> httpx.AsyncClient:
        """Without a token; `origin` is the address that requests come from."""
        transport = httpx.ASGITransport(self.service.app, client=(origin, 40_000))
        # https, because the session's cookies are sent nowhere else
        client = httpx.AsyncClient(transport=transport, base_url="https://labels.example.org/api/v1")
        return await self._clients.enter_async_context(client)

    async def signed_in(self, email: str, password: str = PASSWORD) -> httpx.AsyncClient:
        client = await self.stranger()
        answer = await client.post("/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    async def somebody(self, role: str = "member") -> tuple[dict[str, Any], httpx.AsyncClient]:
        """A new account and its signed-in client."""
        if self._admin is None:
            self._admin = await self.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
        body = {"email": new_address(), "name": "Somebody", "role": role, "password": PASSWORD}
        answer = await self._admin.post("/accounts", json=body)
        assert answer.status_code == 201, answer.text
        account = answer.json()
        return account, await self.signed_in(account["email"])


def new_address() -> str:
    return f"{secrets.token_hex(6)}@example.org"


def job(owner_id: str, event: type[JobPayload] = JobCreated, **fields: Any) -> JobPayload:
    """What job-service says of a job."""
    now = SystemClock().now()
    state: dict[str, Any] = {
        "job_id": new_id(),
        "dataset_id": new_id(),
        "name": "Digits",
        "type": "image_classification",
        "state": "active",
        "owner_id": owner_id,
        "is_team": True,
        "created_at": now,
        "updated_at": now,
        "version": 1,
        "actor": Actor(kind="person", id=owner_id),
    }
    return event(**{**state, **fields})
