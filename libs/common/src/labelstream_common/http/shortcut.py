"""A straight way to raw routes, past FastAPI's layers, its router and its exit stacks.

What a raw route needs is its request alone, so this finds it among the few routes with its method and its number of
path segments and calls it. It halves what HTTP costs a label request. Every other route, and every path that no route
has, goes the usual way; so does the guard: it is part of the route.
"""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from labelstream_common.http.routing import GuardedRoute


class Shortcut:
    """Ask `finds` first; what it found is then called like an application. `routes` in the order they match."""

    def __init__(self, routes: Iterable[GuardedRoute]) -> None:
        self._routes: dict[tuple[str, int], list[GuardedRoute]] = {}
        for route in routes:
            if ":path}" not in route.spec.path:
                place = (route.spec.method, route.spec.path.count("/"))
                self._routes.setdefault(place, []).append(route)
        self._routes = {place: found for place, found in self._routes.items() if any(route.spec.raw for route in found)}

    def finds(self, scope: Scope) -> bool:
        """Whether a raw route answers this request; `scope` then says which."""
        if scope["type"] != "http":
            return False
        path: str = scope["path"]
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        for route in self._routes.get((method, path.count("/")), ()):
            match = route.path_regex.match(path)
            if match is not None:
                if route.spec.raw:
                    scope["route"] = route
                    scope["path_params"] = match.groupdict()
                return route.spec.raw
        return False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: GuardedRoute = scope["route"]
        response = await route.guarded(Request(scope, receive, send))
        await response(scope, receive, send)
