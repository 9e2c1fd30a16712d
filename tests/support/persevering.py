"""A client that repeats a request under the same key until it is answered, as the SDK does."""

import httpx
from tests.support.platform import Platform
from tests.support.waiting import eventually

from labelstream_common.ids import new_id

_NOT_DONE_YET = frozenset({429, 500, 502, 503})


class Persevering(httpx.AsyncBaseTransport):
    """Whatever dies behind it, each request gets one answer: what was done. `repeated` counts what it took."""

    def __init__(self, platform: Platform) -> None:
        self._inner = platform.transport()
        self.repeated = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            request.headers.setdefault("Idempotency-Key", new_id())
        await request.aread()

        async def answered() -> httpx.Response:
            try:
                reply = await self._inner.handle_async_request(request)
                await reply.aread()
                assert reply.status_code not in _NOT_DONE_YET, f"{request.url}: {reply.status_code} {reply.text}"
            except (AssertionError, httpx.TransportError):
                self.repeated += 1
                raise
            return reply

        return await eventually(answered, within=60, every=0.2, also=(httpx.TransportError,))

    async def aclose(self) -> None:
        await self._inner.aclose()
