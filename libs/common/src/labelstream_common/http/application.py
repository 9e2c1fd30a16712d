"""The application factory: the same application serves in one process with others and alone behind nginx."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.datastructures import Default
from fastapi.responses import JSONResponse
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from labelstream_common.access import Access
from labelstream_common.account_turns import AccountTurns, room
from labelstream_common.auth import Authenticator
from labelstream_common.http.body import DEFAULT_BODY_BYTES
from labelstream_common.http.edge import Edge
from labelstream_common.http.failures import http_problem
from labelstream_common.http.guard import Overload
from labelstream_common.http.health import Probe, health_router
from labelstream_common.http.idempotency import Idempotency
from labelstream_common.http.places import Places
from labelstream_common.http.routing import GuardedRoute, Router, RouteSpec, ordered
from labelstream_common.http.schema import document_of, operation_extra, responses_of
from labelstream_common.http.shares import Shares
from labelstream_common.http.shortcut import Shortcut
from labelstream_common.mongo import Database


class Application(FastAPI):
    """FastAPI, except for what a raw route answers: that goes through our own edge alone."""

    def __init__(self, service: str, routes: Sequence[GuardedRoute], **options: Any) -> None:
        super().__init__(
            routes=[*routes],
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            exception_handlers={HTTPException: _not_routed},
            **options,
        )
        super().add_middleware(Edge, service=service)
        self._shortcut = Shortcut(routes)
        self._straight = Edge(self._shortcut, service)

    def add_middleware(self, middleware_class: Any, *_: Any, **__: Any) -> None:
        """Refused: what raw routes answer would not pass through it."""
        raise TypeError(f"{middleware_class.__name__} would miss the raw routes; what all routes need belongs to Edge")

    def openapi(self) -> dict[str, Any]:
        return document_of(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._shortcut.finds(scope):
            scope["app"] = self
            await self._straight(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    service: str,
    routers: Sequence[Router],
    *,
    authenticator: Authenticator,
    database: Database,
    access: Access | None = None,
    state: Mapping[str, Any] | None = None,
    probes: Mapping[str, Probe] | None = None,
    overload: Overload | None = None,
    places: Places | None = None,
    max_body_bytes: int = DEFAULT_BODY_BYTES,
    title: str | None = None,
    version: str = "1",
    description: str = "",
) -> Application:
    """An application with the routes of `routers` and the routes of health. Does no I/O.

    `state` becomes `request.app.state.<name>`, beside `authenticator`, `access`, `idempotency` (kept in `database`),
    `overload` and `max_body_bytes`. `probes` are asked by `/readyz`; `database` always is. `overload` gives the
    seconds after which a refused caller may come again, or None; it is asked for every changing request, so it must
    be cheap. `places` counts live streams and exports in all processes of the service; without it each counts its own.
    """
    health = health_router({"mongodb": _ping(database), **(probes or {})})
    app = Application(
        service,
        _routes((*routers, health)),
        title=title or service,
        version=version,
        description=description,
    )
    app.state = State(
        {
            **(state or {}),
            "authenticator": authenticator,
            "access": access,
            "idempotency": Idempotency(database),
            "overload": overload,
            "shares": Shares(places),
            "account_turns": AccountTurns(room.most),
            "strangers_turns": AccountTurns(room.most_of_strangers),
            "large_turns": AccountTurns(lambda _waiting: 1),
            "max_body_bytes": max_body_bytes,
            "halted": tuple,  # nothing, unless this process has followers: see `runtime.tasks_of`
        }
    )
    return app


def _routes(routers: Sequence[Router]) -> list[GuardedRoute]:
    specs = ordered(spec for router in routers for spec in router.routes)
    _refuse_doubles(specs)
    return [_route(spec) for spec in specs]


def _route(spec: RouteSpec) -> GuardedRoute:
    return GuardedRoute(
        spec,
        status_code=spec.status_code,
        tags=list(spec.tags),
        response_model=Default(None) if spec.reply is None else spec.reply,
        response_class=_documented(spec),
        responses=responses_of(spec),
        openapi_extra=operation_extra(spec),
        include_in_schema=spec.in_schema,
        generate_unique_id_function=lambda route: route.name,
    )


def _documented(spec: RouteSpec) -> Any:
    if spec.media_type is None and not 300 <= spec.status_code < 400:  # a redirect has no body
        return Default(JSONResponse)
    return type("Documented", (Response,), {"media_type": spec.media_type})


def _refuse_doubles(specs: Sequence[RouteSpec]) -> None:
    seen: set[tuple[str, str]] = set()
    for spec in specs:
        if (spec.method, spec.path) in seen:
            raise ValueError(f"{spec.method} {spec.path} is declared twice")
        seen.add((spec.method, spec.path))


def _ping(database: Database) -> Probe:
    async def ping() -> None:
        await database.command("ping")

    return ping


async def _not_routed(request: Request, error: Exception) -> Response:
    """Paths that no route has (404), and paths that have others methods (405, which says which)."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    headers = dict(error.headers or {})
    detail = "There is nothing at this path."
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods_at(request)))
        detail = f"Allowed here: {headers['Allow']}."
    return http_problem(error.status_code, detail, headers)


def _methods_at(request: Request) -> set[str]:
    routes = [route for route in request.app.router.routes if isinstance(route, GuardedRoute)]
    methods = {route.spec.method for route in routes if route.matches(request.scope)[0] is not Match.NONE}
    return methods | {"HEAD"} if "GET" in methods else methods
