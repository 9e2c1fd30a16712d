"""The bounds of a connection: how much comes before a request reaches an application, how slowly, and from how many.

uvicorn leaves all of that open. This is its protocol over httptools; it reads in pieces, counts what the parser keeps
to itself, and is looked at once a second by `watch`. What it refuses gets a problem document, and the connection ends.
"""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from labelstream_common.http.problems import problem

_LINGER_SECONDS = 2.0
_LOOK_EVERY = 1.0
_UNSENT_BYTES = 128 * 1024
_PASSING = frozenset({408, 503})


@dataclass(frozen=True)
class ConnectionLimits:
    """`header_bytes` and `headers` bound a request's first line and headers, `header_seconds` the time they may take;
    `body_pause_seconds` the time between two pieces of a body, `reader_pause_seconds` the time in which a client takes
    nothing of its answer; `connections` those of the process."""

    header_bytes: int = 64 * 1024
    headers: int = 128
    header_seconds: float = 15.0
    body_pause_seconds: float = 30.0
    reader_pause_seconds: float = 60.0
    connections: int = 2_048


class _TooManyHeaders(Exception):
    """Raised through the parser, which gives up then."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `limits` is set by `bounded`."""

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._heard = self._taken = self.loop.time()
        self._head_since: float | None = self._heard
        self._in_body = False
        self._told = False
        self._untold_bytes = 0
        self._buffered = 0
        self._ends_at: float | None = None

    # What arrives

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._keep_little_unsent(transport)
        if len(self.connections) > self.limits.connections and not self._make_room():
            self._refuse(
                503, "too-many-connections", "Too many connections", "Too many connections are open. Try again."
            )

    def data_received(self, data: bytes) -> None:
        """Feeds the parser in pieces, so that it never keeps more than a request may have before its body."""
        self._heard = self.loop.time()
        left = memoryview(data)
        while left and self._ends_at is None and not self.transport.is_closing():
            if not self._in_body and self._head_since is None:
                self._head_since = self._heard
            size = self.limits.header_bytes + 1 - self._untold_bytes
            piece, left = left[:size], left[size:]
            self._told = False
            super().data_received(piece)  # type: ignore[arg-type]  # the parser takes any buffer
            self._untold_bytes = 0 if self._told else self._untold_bytes + len(piece)
            if self._untold_bytes > self.limits.header_bytes:
                self._refuse_size()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_since = self._heard

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_body:
            return  # a trailer: nobody reads those
        super().on_header(name, value)
        if len(self.headers) > self.limits.headers:
            self._refuse_size()
            raise _TooManyHeaders

    def on_headers_complete(self) -> None:
        self._told, self._in_body, self._head_since = True, True, None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._told = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._told, self._in_body = True, False
        super().on_message_complete()

    def resume_writing(self) -> None:
        self._taken = self.loop.time()
        super().resume_writing()

    # What is refused

    def send_400_response(self, msg: str) -> None:
        """uvicorn calls this for what is no HTTP."""
        self._refuse(400, "bad-request", "Bad request", "The request is invalid HTTP.")

    def look(self, now: float) -> None:
        """Ends what has taken too long. Called once a second."""
        if self.transport is None or self.transport.is_closing():
            return
        if self._ends_at is not None:
            if now >= self._ends_at:
                self.transport.abort()
            return
        self._look_at_reader(now)
        if self.flow.read_paused:  # it is us who do not read
            self._heard = now
            self._head_since = None if self._head_since is None else now
        elif self._head_since is not None and now - self._head_since > self.limits.header_seconds:
            seconds = f"{self.limits.header_seconds:g}"
            self._refuse_slow(f"The headers of a request must arrive within {seconds} seconds.")
        elif self._in_body and now - self._heard > self.limits.body_pause_seconds:
            seconds = f"{self.limits.body_pause_seconds:g}"
            self._refuse_slow(f"A body must not pause for more than {seconds} seconds.")

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way here that has reached an application."""
        return not self._in_body and (self.cycle is None or self.cycle.response_complete)

    @staticmethod
    def _keep_little_unsent(transport: asyncio.Transport) -> None:
        """The system would take megabytes for a client that reads nothing, and we would fetch them from elsewhere."""
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    def _look_at_reader(self, now: float) -> None:
        buffered = self.transport.get_write_buffer_size()
        if not buffered or buffered < self._buffered:
            self._taken = now
        elif now - self._taken > self.limits.reader_pause_seconds:
            self.transport.abort()
        self._buffered = buffered

    def _make_room(self) -> bool:
        """Whether an idle connection could be ended for this one: the one that was heard of least recently."""
        others = [each for each in self.connections if each is not self and isinstance(each, BoundedProtocol)]
        idle = [each for each in others if each.is_idle and not each.transport.is_closing()]
        if not idle:
            return False
        min(idle, key=lambda each: each._heard).transport.abort()
        return True

    def _refuse_slow(self, detail: str) -> None:
        if self.cycle is None and not self._untold_bytes:
            self.transport.close()  # nothing was asked
        else:
            self._refuse(408, "request-timeout", "The request took too long", detail)

    def _refuse_size(self) -> None:
        limit = f"{self.limits.header_bytes:,} bytes"
        if not self.headers and len(self.url or b"") > self.limits.header_bytes // 2:
            self._refuse(
                414, "uri-too-long", "The address is too long", f"The address must not be longer than {limit}."
            )
        else:
            detail = f"A request can have at most {self.limits.headers} headers, and at most {limit} in all."
            self._refuse(431, "headers-too-large", "The headers are too large", detail)

    def _refuse(self, status: int, code: str, title: str, detail: str) -> None:
        """Answers, if the answer can still be told from another one's, and reads on for a moment without listening:
        closing at once would take the answer away from a client that still sends."""
        if self._ends_at is not None or self.transport.is_closing():
            return
        self._ends_at = self.loop.time() + _LINGER_SECONDS
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy and (self.pipeline or self.cycle.response_started or not self._in_body):
            self.transport.close()
            return
        if busy:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.flow.resume_reading()
        again = {"Retry-After": "1"} if status in _PASSING else {}
        answer = problem(status, code, title, detail, headers={"Connection": "close", **again})
        head = [*self.server_state.default_headers, *answer.raw_headers]
        lines = [STATUS_LINE[status], *(b"%s: %s\r\n" % each for each in head), b"\r\n", bytes(answer.body)]
        self.transport.write(b"".join(lines))
        if self.transport.can_write_eof():
            self.transport.write_eof()


def bounded(limits: ConnectionLimits) -> type[BoundedProtocol]:
    """The protocol with these limits, as uvicorn wants it: a class."""
    return type("BoundedProtocol", (BoundedProtocol,), {"limits": limits})


async def watch(connections: Iterable[object]) -> None:
    """Looks at every connection once a second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        now = loop.time()
        for each in tuple(connections):
            if isinstance(each, BoundedProtocol):
                each.look(now)
