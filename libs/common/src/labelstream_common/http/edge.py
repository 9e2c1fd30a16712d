"""The outermost layer that is ours, in plain ASGI: request ids, traces, headers, durations, last resort."""

import logging
import re
import time
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labelstream_common.http.failures import internal_problem
from labelstream_common.http.head import Head
from labelstream_common.ids import new_id
from labelstream_common.messaging.request_scope import Context, current_context
from labelstream_common.telemetry import get_logger, metrics, spans, traceparent
from labelstream_common.telemetry.tracing import valid_traceparent

log = get_logger(__name__)

REQUEST_ID: Final = "X-Request-Id"
_ACCEPTED_ID = re.compile(r"^[\w.:-]{1,128}$", re.ASCII)
_SLOW_SECONDS = 2.0

_SECURITY_HEADERS: dict[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
}


class Edge:
    """Wraps an application. Everything that is not HTTP passes through."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service
        self._access_log = logging.getLogger(__name__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._service)
        tokens = structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        metrics.request_began(self._service)
        try:
            with spans.request(self._service, scope["method"], exchange.caller_traceparent) as span:
                trace = traceparent() if span else exchange.caller_traceparent
                token = current_context.set(Context(exchange.request_id, "", trace))
                try:
                    await self._serve(scope, receive, exchange)
                finally:
                    current_context.reset(token)
                if span is not None:
                    span.update_name(f"{scope['method']} {exchange.route}")
                    span.set_attribute("http.route", exchange.route)
                    span.set_attribute("http.response.status_code", exchange.status)
        finally:
            metrics.request_ended(
                self._service, scope["method"], exchange.route, exchange.status, time.perf_counter() - exchange.began
            )
            self._log(exchange)
            structlog.contextvars.reset_contextvars(**tokens)

    async def _serve(self, scope: Scope, receive: Receive, exchange: "_Exchange") -> None:
        try:
            if scope["method"] == "HEAD":
                head = Head(scope, receive, exchange.send)
                exchange.scope = head.scope
                await head.ask(self._app)
            else:
                await self._app(scope, receive, exchange.send)
        except Exception as error:
            log.exception("http.answer.failed", route=exchange.route, error=repr(error))
            if exchange.status:
                raise  # its answer has begun: only a broken connection tells the caller that it is not whole
            await internal_problem()(scope, receive, exchange.send)

    def _log(self, exchange: "_Exchange") -> None:
        seconds = time.perf_counter() - exchange.began
        fields = {"method": exchange.method, "route": exchange.route, "status": exchange.status}
        if exchange.status >= 500:
            log.error("http.request.answered", **fields, seconds=round(seconds, 4))
        elif seconds > _SLOW_SECONDS:
            log.info("http.request.slow", **fields, seconds=round(seconds, 4))
        elif self._access_log.isEnabledFor(logging.DEBUG):
            log.debug("http.request.answered", **fields, seconds=round(seconds, 4))


class _Exchange:
    """One request and what becomes of it."""

    def __init__(self, scope: Scope, send: Send, service: str) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.service = service
        self.began = time.perf_counter()
        self.status = 0
        self._send = send
        self.caller_traceparent = ""
        self.request_id = ""
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                self.request_id = _accepted(value)
            elif name == b"traceparent":
                self.caller_traceparent = valid_traceparent(value.decode("latin-1"))
        self.request_id = self.request_id or new_id()

    @property
    def route(self) -> str:
        return getattr(self.scope.get("route"), "path", "(unknown)")

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*self._with_defaults(message.get("headers", ()))]
        await self._send(message)

    def _with_defaults(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
        present = set()
        for name, value in headers:
            present.add(name)
            yield name, value
        for name, value in _SECURITY_HEADERS.items():
            if name not in present:
                yield name, value
        yield b"x-request-id", self.request_id.encode()


def _accepted(value: bytes) -> str:
    text = value.decode("latin-1")
    return text if _ACCEPTED_ID.match(text) else ""
