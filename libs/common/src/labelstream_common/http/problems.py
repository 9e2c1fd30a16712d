"""Errors as `application/problem+json` (RFC 9457): the one place that knows which status an error becomes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from labelstream_common.errors import DomainError, FieldError, Kind

PROBLEM_TYPE: Final = "https://labelstream.dev/problems/"
MEDIA_TYPE: Final = "application/problem+json"
_MOST_FIELD_ERRORS = 100

STATUS_BY_KIND: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.NOT_FOUND: 404,
    Kind.FORBIDDEN: 403,
    Kind.TOO_LARGE: 413,
    Kind.STALE: 412,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
    Kind.UNKNOWN: 500,
}
_RESERVED = frozenset({"type", "title", "status", "detail", "code", "errors", "instance"})


class FieldProblem(BaseModel):
    """One field that is not right."""

    pointer: str = Field(description="JSON pointer to the field: of the body, or `/name` of a parameter")
    detail: str


_EXAMPLE: dict[str, Any] = {
    "type": PROBLEM_TYPE + "invalid-request",
    "title": "The request is invalid",
    "status": 422,
    "detail": "Some fields are invalid.",
    "code": "invalid-request",
    "errors": [{"pointer": "/name", "detail": "This field is required."}],
}


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    type: str = Field(description="a stable URL for this kind of problem")
    title: str
    status: int
    detail: str
    code: str = Field(description="stable and machine-readable; the last part of `type`")
    errors: list[FieldProblem] | None = Field(default=None, description="for 422: every field that is not right")


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    data: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    document: dict[str, Any] = {
        "type": PROBLEM_TYPE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        document["errors"] = [{"pointer": at, "detail": why} for at, why in errors[:_MOST_FIELD_ERRORS]]
    document.update({name: value for name, value in (data or {}).items() if name not in _RESERVED})
    body = orjson.dumps(document, default=msgspec.to_builtins)
    return Response(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(error: DomainError) -> Response:
    """The problem document of a domain error, with `Retry-After` and `WWW-Authenticate` where they belong."""
    status = STATUS_BY_KIND[error.kind]
    headers: dict[str, str] = {}
    if error.retry_after is not None or error.kind in (Kind.TOO_MANY, Kind.UNAVAILABLE):
        headers["Retry-After"] = str(max(1, -int(-(error.retry_after or 1.0) // 1)))
    if error.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = f'Bearer realm="labelstream", error="{error.code}"'
    errors = error.errors
    if error.kind is Kind.INVALID and not errors:
        errors = (FieldError("", error.detail),)  # the request as a whole: readers of a 422 can rely on the list
    return problem(status, error.code, error.title, error.detail, errors=errors, data=error.data, headers=headers)


def problem_responses(errors: Iterable[type[DomainError]]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI `responses` of a route that can fail with `errors`, one entry a status, each naming its codes."""
    by_status: dict[int, dict[str, str]] = {}
    for error in errors:
        by_status.setdefault(STATUS_BY_KIND[error.kind], {})[error.code] = error.title
    return {
        status: {
            "description": "; ".join(f"`{code}`: {title}" for code, title in sorted(codes.items())),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, codes in sorted(by_status.items())
    }
