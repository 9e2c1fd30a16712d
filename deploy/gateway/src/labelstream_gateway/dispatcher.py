"""The gateway of the one-process mode: passes each request to the application that the table names."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from labelstream_gateway.routing import Target, target_of


class Dispatcher:
    """An ASGI application over the four services and the edge. It adds nothing to a request and holds nothing back."""

    def __init__(self, applications: Mapping[Target, ASGIApp]) -> None:
        missing = [target.value for target in Target if target not in applications]
        if missing:
            raise ValueError(f"no application for {', '.join(missing)}")
        self._applications = applications

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self._applications[target_of(scope["path"])](scope, receive, send)
