"""A service in this process, as its integration tests run it: its roles at work, and people who are signed in."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx
import orjson
from joserfc.jwk import OKPKey

from labelstream_common.auth import (
    AccountRole,
    Authenticator,
    Caller,
    KeyLimits,
    KeyScope,
    PublicKeys,
    TokenVerifier,
    claims_of,
    sign_token,
)
from labelstream_common.ids import new_id
from labelstream_common.runtime import Role, Service, prepare, supervise, tasks_of


@asynccontextmanager
async def at_work(service: Service, roles: Sequence[Role], *, trusting: OKPKey | None = None) -> AsyncIterator[Service]:
    """Prepares the service and runs these roles of it. `trusting`: the key of whose tokens it takes."""
    if trusting is not None:
        service.app.state.authenticator = _authenticator(service, trusting)
    await prepare(service)
    stop = asyncio.Event()
    service.app.state.stopping = stop
    working = asyncio.create_task(supervise(tasks_of(service, roles), stop))
    try:
        yield service
    finally:
        stop.set()
        await working
        await service.close()


def _authenticator(service: Service, key: OKPKey) -> Authenticator:
    keys = orjson.dumps({"keys": [key.as_dict(private=False)]})

    async def given() -> bytes:
        return keys

    return Authenticator(TokenVerifier(PublicKeys("", given), issuer="test"), service.app.state.access)


def client_of(service: Service, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client of the service's API, without a network."""
    url = f"http://{service.name}/api/v1"
    return httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url=url, headers=headers, timeout=60)


def signed_in(
    service: Service,
    key: OKPKey,
    role: str = "member",
    account_id: str | None = None,
    *,
    jobs: frozenset[str] | None = None,
) -> tuple[str, httpx.AsyncClient]:
    """Somebody with a token that `key` has signed: the account's id, and a client. New unless the id is given.

    `jobs`: signed in by an API key for these jobs alone.
    """
    limits = None if jobs is None else KeyLimits(frozenset(KeyScope), jobs)
    credential = "" if jobs is None else "of-a-test"
    caller = Caller(
        account_id or new_id(), AccountRole(role), "somebody@example.com", credential=credential, key=limits
    )
    token = sign_token(claims_of(caller, issuer="test", issued_at=int(time.time())), key, "test")
    return caller.account_id, client_of(service, {"Authorization": f"Bearer {token}"})
