"""What happens before a handler, always in this order: who is it (401), may they (404, 403), is there room (429),
is it too large (413), are its query parameters known (422), is its body what it must be (415, 422), was it done before
(Idempotency-Key). FastAPI then validates the other parameters (422) and calls the handler.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from labelstream_common.account_turns import AccountTurns, room, step_aside
from labelstream_common.auth import Authenticator, Caller
from labelstream_common.courtesy import courtesy
from labelstream_common.errors import NotFound
from labelstream_common.http.body import (
    MOST_PARTS,
    PUBLIC_BODY_BYTES,
    Parser,
    check_empty,
    check_parts,
    parse_json,
    parsed_apart,
    read_body,
)
from labelstream_common.http.client_address import client_address
from labelstream_common.http.errors import Overloaded
from labelstream_common.http.idempotency import Idempotency, KeyRules, key_in
from labelstream_common.http.parameters import QueryParameters
from labelstream_common.http.policies import CALLER, Policy, check_key
from labelstream_common.http.shares import Share, Shared, Shares
from labelstream_common.http.whole_numbers import whole_number
from labelstream_common.messaging.audit import Requester, current_requester

Handler = Callable[[Request], Awaitable[Response]]
Overload = Callable[[], float | None]

JSON = ("application/json",)
_ONE_AT_A_TIME_BYTES = 256 * 1024
"""Only one request of an account with a larger body runs at a time: parsed, it may take ten times the memory."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Guard:
    """The rules of one route. `keys` is None where an Idempotency-Key has no meaning; `bodiless` is a route that has
    nothing to read; `body` is what FastAPI's handler takes, `most_parts` how many values it may
    have, `share` how many answers a caller may be given at once."""

    policy: Policy
    keys: KeyRules | None = None
    accepts: tuple[str, ...] = JSON
    parses: bool = True
    max_body_bytes: int | None = None
    sheds: bool = field(default=True)
    bodiless: bool = False
    query: QueryParameters = field(default_factory=QueryParameters)
    body: Parser[Any] | None = None
    most_parts: int = MOST_PARTS
    share: Share | None = None

    async def answer(self, request: Request, handle: Handler) -> Response:
        """The handler's answer, if the request gets that far. Raises what stops it."""
        caller = await self._identify(request)
        if caller is not None:
            courtesy.came(caller.account_id)
        room.look()
        if request.method not in _WITH_BODY:
            async with _turn(request, caller):
                await self._check(request, caller)
                self.query.check(request)
                return await self._within_share(request, caller, handle)
        try:
            async with _turn(request, caller):
                await self._check(request, caller)
        except NotFound:
            replayed = await self._replay_of_a_deletion(request)
            if replayed is None:
                raise
            return replayed
        self._check_room(request)
        if _is_large(request):
            async with _turn(request, caller, large=True):
                return await self._handled(request, await self._read(request), caller, handle)
        body = await self._read(request)  # before the turn: a slow sender keeps none
        async with _turn(request, caller):
            return await self._handled(request, body, caller, handle)

    async def _handled(self, request: Request, body: bytes, caller: Caller | None, handle: Handler) -> Response:
        self.query.check(request)
        if body:
            await self._parse(request, body)
        key = key_in(request) if self.keys is not None else None
        if key is None or self.keys is None:
            return await handle(request)
        idempotency: Idempotency = request.app.state.idempotency
        account_id = caller.account_id if caller else ""
        return await idempotency.run(
            request, account_id, body, key=key, rules=self.keys, proceed=lambda: handle(request)
        )

    async def _identify(self, request: Request) -> Caller | None:
        address = client_address(request)
        current_requester.set(Requester(address))
        if self.policy.is_public:
            return None
        authenticator: Authenticator = request.app.state.authenticator
        caller = await authenticator.authenticate(request.method, request.headers)
        request.scope[CALLER] = caller
        current_requester.set(Requester(address, caller))
        return caller

    async def _check(self, request: Request, caller: Caller | None) -> None:
        """Whether the caller may do this. It may read from the database, so it is part of a turn."""
        if caller is None:
            return
        if self.policy.check is not None:
            await self.policy.check(request, caller)
        check_key(self.policy, request.method, caller)

    async def _within_share(self, request: Request, caller: Caller | None, handle: Handler) -> Response:
        if self.share is None or caller is None:
            return await handle(request)
        shares: Shares = request.app.state.shares
        if self.share.everywhere:
            step_aside()  # it is counted as one of few
        give_back = await shares.take(self.share, caller)
        try:
            return Shared(await handle(request), give_back)
        except BaseException:
            await asyncio.shield(give_back())
            raise

    def _check_room(self, request: Request) -> None:
        overload: Overload | None = request.app.state.overload
        if self.sheds and overload is not None:
            retry_after = overload()
            if retry_after is not None:
                raise Overloaded(retry_after)

    def body_limit(self, default: int) -> int:
        """How many bytes a body may have; `default` is the service's, for routes without a limit of their own."""
        if self.max_body_bytes is not None:
            return self.max_body_bytes
        return min(default, PUBLIC_BODY_BYTES) if self.policy.is_public else default

    async def _read(self, request: Request) -> bytes:
        return await read_body(request, self.body_limit(request.app.state.max_body_bytes))

    async def _parse(self, request: Request, body: bytes) -> None:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in self.accepts:
            raise HTTPException(415, f"Send the body as {' or '.join(self.accepts)}.")
        if media_type not in JSON:
            return
        await check_parts(body, self.most_parts)
        if not self.parses:
            return
        if self.bodiless:
            check_empty(await parsed_apart(lambda: parse_json(body), body))
        if self.body is not None:
            request._json = await self.body(body)  # where Starlette keeps it: FastAPI takes it as it is

    async def _replay_of_a_deletion(self, request: Request) -> Response | None:
        """The first answer, if the caller asks again for what made the thing (or their role) go away."""
        caller: Caller | None = request.scope.get(CALLER)
        if caller is None or self.keys is None:
            return None
        key = key_in(request)
        if key is None:
            return None
        idempotency: Idempotency = request.app.state.idempotency
        return await idempotency.stored(request, caller.account_id, key, await self._read(request))


def _is_large(request: Request) -> bool:
    """Whether the body is large. A body without a declared length counts as large."""
    if "transfer-encoding" in request.headers:
        return True
    declared = whole_number(request.headers.get("content-length"))
    return declared is not None and declared > _ONE_AT_A_TIME_BYTES


def _turn(request: Request, caller: Caller | None, *, large: bool = False) -> AbstractAsyncContextManager[None]:
    """The turn of the caller's account; without one, of the address that something is sent from, if it is known.

    What only reads without a caller is cheap, and is needed while others flood: health, metrics, keys.
    """
    if caller is None:
        address = client_address(request) if request.method in _WITH_BODY else ""
        strangers: AccountTurns = request.app.state.strangers_turns
        return strangers.turn(address) if address else nullcontext()
    turns: AccountTurns = request.app.state.large_turns if large else request.app.state.account_turns
    return turns.turn(caller.account_id)
