"""Routes that cannot be written without a policy, and the FastAPI route class that guards them."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from labelstream_common.errors import DomainError
from labelstream_common.http.body import MOST_PARTS, Parser, parser_of
from labelstream_common.http.failures import answer_to
from labelstream_common.http.guard import JSON, Guard, Handler
from labelstream_common.http.idempotency import KeyRules, Presenter
from labelstream_common.http.parameters import QueryParameters, query_parameters_of
from labelstream_common.http.policies import Policy
from labelstream_common.http.shares import Share

API_PREFIX = "/api/v1"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True)
class RouteSpec:
    """One route as it was declared."""

    method: str
    path: str
    endpoint: Callable[..., Any]
    guard: Guard
    errors: tuple[type[DomainError], ...]
    status_code: int
    tags: tuple[str, ...]
    raw: bool = False
    reply: Any = None
    body: type[BaseModel] | None = None
    replies: dict[int, Any] = field(default_factory=dict)
    media_type: str | None = None
    in_schema: bool = True
    query: tuple[str, ...] = ()

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)


@dataclass(frozen=True, kw_only=True)
class RouteOptions:
    """What a route says of itself besides method, path and policy.

    - `errors`: what the handler may raise, for the OpenAPI document. Those of guard and policy are added.
    - `idempotent`: whether Idempotency-Key is honoured; by default for every changing route that is not public.
      `present` makes the reply of what the unit of work `returns`; `secret` answers are never kept;
      `finds_repeats_itself` skips the look before the handler (it raises RequestRepeated in its commit).
    - Where no parameter of the handler is a body, none is taken, or an empty object: fields would be unknown ones.
    - `raw`: the handler takes the Request alone and gives a Response: no dependencies, no validation, no parsing;
      the body is `body_of(request)`. Then `body` and `reply` are the models that the document shows.
      `parses=False` alone leaves only the parsing to the handler.
    - `replies`: further successful statuses and their models, e.g. `{202: OperationView}`.
    - `query`: the query parameters that a raw handler reads, `*` for any; elsewhere its own signature says it.
    - `max_body_bytes`: how large a body may be; by default the service's, for public routes 16 KiB.
      `most_parts`: how many values a body may have in all.
    - `share`: how many of its answers one caller may have open at once, where they last long.
    - `sheds=False`: served even when the service refuses changes because too many wait to be published.
    """

    status_code: int = 200
    errors: Sequence[type[DomainError]] = ()
    idempotent: bool | None = None
    present: Presenter | None = None
    secret: bool = False
    finds_repeats_itself: bool = False
    raw: bool = False
    parses: bool | None = None
    accepts: tuple[str, ...] = JSON
    max_body_bytes: int | None = None
    sheds: bool = True
    reply: Any = None
    body: type[BaseModel] | None = None
    replies: Mapping[int, Any] = field(default_factory=dict)
    media_type: str | None = None
    in_schema: bool = True
    query: Sequence[str] = ()
    most_parts: int = MOST_PARTS
    share: Share | None = None

    def guard(self, method: str, policy: Policy) -> Guard:
        """What stands before the handler."""
        idempotent = not policy.is_public if self.idempotent is None else self.idempotent
        keys = None
        if method != "GET" and idempotent:
            keys = KeyRules(self.status_code, self.present, self.secret, look_first=not self.finds_repeats_itself)
        parses = not self.raw if self.parses is None else self.parses
        return Guard(
            policy,
            keys,
            self.accepts,
            parses,
            self.max_body_bytes,
            self.sheds,
            most_parts=self.most_parts,
            share=self.share,
        )


class Router:
    """Collects routes. Each names its policy; paths are written without `/api/v1` (`prefix` puts it before them)."""

    def __init__(self, *, tags: Sequence[str] = (), prefix: str = API_PREFIX) -> None:
        self.routes: list[RouteSpec] = []
        self._tags = tuple(tags)
        self._prefix = prefix

    def get(self, path: str, *, policy: Policy, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A route that reads. Options as in `RouteOptions`."""
        return self._adding("GET", path, policy, options)

    def post(self, path: str, *, policy: Policy, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A route that creates or acts. Options as in `RouteOptions`."""
        return self._adding("POST", path, policy, options)

    def patch(self, path: str, *, policy: Policy, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A route that changes. Options as in `RouteOptions`."""
        return self._adding("PATCH", path, policy, options)

    def put(self, path: str, *, policy: Policy, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A route that replaces. Options as in `RouteOptions`."""
        return self._adding("PUT", path, policy, options)

    def delete(self, path: str, *, policy: Policy, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A route that deletes. Options as in `RouteOptions`."""
        return self._adding("DELETE", path, policy, options)

    def _adding(
        self, method: str, path: str, policy: Policy, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self.add(method, path, endpoint, policy=policy, **options)
            return endpoint

        return add

    def add(self, method: str, path: str, endpoint: Callable[..., Any], *, policy: Policy, **options: Any) -> None:
        """Declares a route. Options as in `RouteOptions`."""
        chosen = RouteOptions(**options)
        self.routes.append(
            RouteSpec(
                method=method,
                path=self._prefix + path,
                endpoint=endpoint,
                guard=chosen.guard(method, policy),
                errors=tuple(chosen.errors),
                status_code=chosen.status_code,
                tags=self._tags,
                raw=chosen.raw,
                reply=chosen.reply,
                body=chosen.body,
                replies=dict(chosen.replies),
                media_type=chosen.media_type,
                in_schema=chosen.in_schema,
                query=tuple(chosen.query),
            )
        )


class GuardedRoute(APIRoute):
    """FastAPI's route behind its guard. Every error becomes a problem document here."""

    guarded: Handler

    def __init__(self, spec: RouteSpec, **options: Any) -> None:
        self.spec = spec
        super().__init__(spec.path, spec.endpoint, methods=[spec.method], **options)

    def _reads_no_body(self) -> bool:
        """A raw handler, one that parses, and one for another media type than JSON may read it by themselves."""
        read_by_itself = self.spec.raw or not self.spec.guard.parses or self.spec.guard.accepts != JSON
        return self.body_field is None and not read_by_itself

    def _body_parser(self) -> Parser[Any] | None:
        """For the one body that a handler takes, which is then validated before FastAPI sees it."""
        if self.body_field is None or self.spec.raw or self.spec.guard.accepts != JSON:
            return None
        if self._embed_body_fields:
            raise TypeError(f"{self.spec.method} {self.spec.path}: a handler takes one body")
        about = self.body_field.field_info
        kind: Any = Annotated[about.annotation, *about.metadata] if about.metadata else about.annotation
        return parser_of(kind)

    def get_route_handler(self) -> Callable[[Request], Any]:
        spec = self.spec
        query = QueryParameters(frozenset(spec.query)) if spec.raw else query_parameters_of(self.dependant)
        guard = replace(spec.guard, bodiless=self._reads_no_body(), query=query, body=self._body_parser())
        handle: Handler = spec.endpoint if spec.raw else super().get_route_handler()
        if spec.raw and not inspect.iscoroutinefunction(spec.endpoint):
            raise TypeError(f"{spec.method} {spec.path}: a raw handler is an async function")

        async def guarded(request: Request) -> Response:
            try:
                return await guard.answer(request, handle)
            except Exception as error:
                return answer_to(error, spec.method, spec.path)

        self.guarded = guarded
        return guarded


def ordered(specs: Iterable[RouteSpec]) -> list[RouteSpec]:
    """Routes so that the first match is the right one: words before parameters, `{id}:action` before `{id}`."""
    return sorted(specs, key=lambda spec: [_looseness(segment) for segment in spec.path.split("/")])


def unpoliced_routes(app: FastAPI) -> list[str]:
    """`METHOD /path` of every route of `app` that no policy guards. A service's test expects none."""
    return [_name(route) for route in app.router.routes if not isinstance(route, GuardedRoute)]


def policies_of(app: FastAPI) -> dict[str, str]:
    """`METHOD /path` → the name of its policy."""
    return {
        f"{route.spec.method} {route.spec.path}": route.spec.guard.policy.name
        for route in app.router.routes
        if isinstance(route, GuardedRoute)
    }


def _looseness(segment: str) -> int:
    if "{" not in segment:
        return 0
    if ":path}" in segment:
        return 3
    return 1 if not segment.endswith("}") or not segment.startswith("{") else 2


def _name(route: BaseRoute) -> str:
    methods = ",".join(sorted(getattr(route, "methods", None) or ["*"]))
    return f"{methods} {getattr(route, 'path', route)}"
