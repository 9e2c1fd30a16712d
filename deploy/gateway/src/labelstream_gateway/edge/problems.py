"""The edge's own errors, in the same form as every service's."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from labelstream_common.errors import DomainError
from labelstream_common.http.problems import problem, problem_of


def unavailable(service: str) -> Response:
    """A service did not answer: nothing was or will be done."""
    detail = f"{service} does not answer at present."
    return problem(503, "unavailable", "Service unavailable", detail, headers={"Retry-After": "2"})


def not_ready(services: Mapping[str, bool]) -> Response:
    """The platform cannot work at the moment: which services are why."""
    away = ", ".join(name for name, ready in services.items() if not ready)
    data, headers = {"services": dict(services)}, {"Retry-After": "1"}
    return problem(503, "not-ready", "Not ready", f"Not ready: {away}.", data=data, headers=headers)


async def refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - registered for nothing else
    return problem_of(error)


async def not_found(request: Request, _: Exception) -> Response:
    return problem(404, "not-found", "Not found", f"There is nothing at {request.url.path}.")


async def method_not_allowed(request: Request, error: Exception) -> Response:
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = f"{request.url.path} does not answer {request.method}."
    return problem(405, "method-not-allowed", "Method not allowed", detail, headers=headers)
