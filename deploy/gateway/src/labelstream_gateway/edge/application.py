"""The edge as an ASGI application over one HTTP client a service."""

from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from labelstream_common.errors import DomainError
from labelstream_common.http import QueryParameters
from labelstream_common.http.edge import Edge
from labelstream_gateway.edge import console as console_pages
from labelstream_gateway.edge.description import ApiDescription, ServiceSilent
from labelstream_gateway.edge.operations import list_operations
from labelstream_gateway.edge.problems import method_not_allowed, not_found, not_ready, refused, unavailable
from labelstream_gateway.edge.readiness import readiness
from labelstream_gateway.routing import API, Target

_ASSETS = Path(__file__).parent / "assets"
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Endpoint = Callable[[Request], Awaitable[Response]]
Clients = Mapping[Target, httpx.AsyncClient]


def without_parameters(endpoint: Endpoint) -> Endpoint:
    """A page that takes no query parameters: any is refused, as by the services."""

    async def page(request: Request) -> Response:
        QueryParameters().check(request)
        return await endpoint(request)

    return page


def create_edge(clients: Clients, *, console: Path | None = None, stores: tuple[str, ...] = ()) -> Starlette:
    """`clients` reach each service directly, past the gateway. Without a built `console`, its pages say how to get one.
    The console uploads files to `stores`.
    """
    edge = Starlette(
        routes=[
            *_probes(clients),
            *_reference(clients, console, stores),
            _operations(clients),
            *console_pages.routes(console, _PAGE_HEADERS, stores),
        ],
        exception_handlers={
            404: not_found,
            405: method_not_allowed,
            DomainError: refused,
            ServiceSilent: _silent,
        },
    )
    edge.router.redirect_slashes = False  # such a redirect would repeat the Host header, which a client chooses
    edge.add_middleware(Edge, service="edge")
    return edge


def _probes(clients: Clients) -> list[BaseRoute]:
    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        services = await readiness(clients)
        return (
            JSONResponse({"status": "ready", "services": services}) if all(services.values()) else not_ready(services)
        )

    return [Route("/healthz", without_parameters(healthz)), Route("/readyz", without_parameters(readyz))]


def _reference(clients: Clients, console: Path | None, stores: tuple[str, ...]) -> list[BaseRoute]:
    """The description of the whole API, and the page that shows it."""
    description = ApiDescription(clients, version=version("labelstream-gateway"))

    async def openapi(_: Request) -> Response:
        return JSONResponse(await description.document(), headers={"Cache-Control": "no-cache"})

    async def docs(_: Request) -> Response:
        return console_pages.reference(console, _PAGE_HEADERS, stores)

    return [
        Route(f"{API}/openapi.json", without_parameters(openapi)),
        Route(f"{API}/docs", without_parameters(docs)),
        Mount(f"{API}/docs/assets", StaticFiles(directory=_ASSETS)),
    ]


def _operations(clients: Clients) -> Route:
    async def operations(request: Request) -> Response:
        return await list_operations(clients, request)

    return Route(f"{API}/operations", operations)


async def _silent(_: Request, error: Exception) -> Response:
    return unavailable(str(error))
