"""Sends calls over httpx: signs them, repeats them where that is safe, and turns refusals into exceptions."""

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx

from labelstream.aio.sign_in import SignIn
from labelstream.calls import Call, problem_of
from labelstream.errors import LabelstreamError, NotSignedIn
from labelstream.retries import ConnectionLost, RetryPolicy
from labelstream.tokens import Credentials, TokenReply, sign_out_call

T = TypeVar("T")

_PREFIX = "/api/v1"
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class AsyncTransport:
    """The one place that speaks HTTP. Safe to share between tasks."""

    def __init__(self, http: httpx.AsyncClient, credentials: Credentials, policy: RetryPolicy) -> None:
        self._http = http
        self._policy = policy
        self._sign_in = SignIn(credentials, self._exchange_tokens)

    @property
    def sign_in(self) -> SignIn:
        return self._sign_in

    async def send(self, call: Call[T]) -> T:
        """Send until it is answered or no repeat is safe. Raises a LabelstreamError."""
        headers = call.headers()
        paused, attempt, renewed = 0.0, 1, False
        while True:
            try:
                return call.decode(await self._once(call, headers))
            except NotSignedIn:
                if renewed or call.anonymous or not await self._sign_in.renew(refused=headers.get("authorization")):
                    raise
                renewed = True
                continue
            except LabelstreamError as failure:
                repeatable = call.is_repeatable or "idempotency-key" in headers
                pause = self._policy.pause(failure, attempt=attempt, paused=paused, repeatable=repeatable)
                if pause is None:
                    raise
            await sleep(pause)
            paused, attempt = paused + pause, attempt + 1

    async def sign_out(self) -> None:
        """End the session, if there is one."""
        await self._sign_in.end(self._end_session)

    @asynccontextmanager
    async def stream(self, call: Call[bytes], headers: dict[str, str] | None = None) -> AsyncIterator[httpx.Response]:
        """The open answer of a GET; a refusal is raised before the first byte. Not repeated once it flows."""
        async with self._opened(call, headers or {}) as response:
            if response.status_code >= 400:
                raise problem_of(response.status_code, response.headers, await response.aread())
            yield response

    @asynccontextmanager
    async def _opened(self, call: Call[bytes], extra: dict[str, str]) -> AsyncIterator[httpx.Response]:
        headers = call.headers() | extra
        await self._authorize(call, headers)
        request = self._http.build_request(
            call.method, _PREFIX + call.path, params=call.parameters(), headers=headers, timeout=httpx.Timeout(60)
        )
        try:
            response = await self._http.send(request, stream=True)
        except httpx.TransportError as error:
            raise self._lost(error) from error
        try:
            yield response
        except httpx.TransportError as error:
            raise self._lost(error) from error
        finally:
            await response.aclose()

    async def _once(self, call: Call[T], headers: dict[str, str]) -> bytes:
        await self._authorize(call, headers)
        try:
            response = await self._http.request(
                call.method,
                _PREFIX + call.path,
                params=call.parameters(),
                headers=headers,
                content=call.content(),
                data=call.form,
                timeout=httpx.USE_CLIENT_DEFAULT if call.timeout is None else call.timeout,
            )
        except httpx.TransportError as error:
            raise self._lost(error) from error
        if response.status_code >= 400:
            raise problem_of(response.status_code, response.headers, response.content)
        return response.content

    async def _authorize(self, call: Call[T], headers: dict[str, str]) -> None:
        if not call.anonymous and (token := await self._sign_in.token()):
            headers["authorization"] = f"Bearer {token}"

    async def _exchange_tokens(self, call: Call[TokenReply]) -> TokenReply:
        return await self.send(call)

    async def _end_session(self, refresh_token: str) -> None:
        await self.send(sign_out_call(refresh_token))

    def _lost(self, error: httpx.TransportError) -> ConnectionLost:
        address = str(self._http.base_url).rstrip("/")
        reason = str(error) or type(error).__name__
        return ConnectionLost(f"No answer from {address}: {reason}.", sent=not isinstance(error, _NOT_SENT))
