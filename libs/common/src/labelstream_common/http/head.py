"""HEAD is answered by what answers GET, without the body (RFC 9110, section 9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """One HEAD request, as the application sees it: a GET whose reader leaves when the headers are there.

    The reader leaves, so that a stream ends at once instead of running for nobody.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope: Scope = {**scope, "method": "GET"}
        self._receive = receive
        self._send = send
        self._answered = False

    async def ask(self, app: ASGIApp) -> None:
        await app(self.scope, self._receive_until_answered, self._send_headers)

    async def _receive_until_answered(self) -> Message:
        return {"type": "http.disconnect"} if self._answered else await self._receive()

    async def _send_headers(self, message: Message) -> None:
        if self._answered or message["type"] != "http.response.start":
            return
        self._answered = True
        await self._send(message)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
