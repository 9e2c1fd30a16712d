"""The OpenAPI 3.1 document: every route with its policy, its errors and its security."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from labelstream_common.auth import (
    CSRF_HEADER,
    SESSION_COOKIE,
    AccountDisabled,
    KeyLimited,
    TokenEnded,
    TokenInvalid,
    TokenMissing,
)
from labelstream_common.errors import DomainError
from labelstream_common.http.errors import (
    AnswerNotKept,
    BodyTooDeep,
    BodyTooLarge,
    BodyUnreadable,
    KeyReused,
    Overloaded,
    RequestInvalid,
    TooManyOperations,
)
from labelstream_common.http.idempotency import HEADER
from labelstream_common.http.parameters import ANY
from labelstream_common.http.problems import MEDIA_TYPE, Problem, problem_responses
from labelstream_common.http.routing import GuardedRoute, RouteSpec

_REFERENCE = "#/components/schemas/{model}"
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": f"The console's cookie; changing requests also need the header {CSRF_HEADER}.",
    },
}
_KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Within 24 hours a repeat with the same key and an equal body gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_UNSUPPORTED = {
    "description": "`unsupported-media-type`",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def responses_of(spec: RouteSpec) -> dict[int | str, dict[str, Any]]:
    """What a route answers beside its main reply: further successes, and its errors by status."""
    responses = problem_responses(_errors_of(spec))
    if spec.method != "GET":
        responses[415] = _UNSUPPORTED
    for status, model in spec.replies.items():
        responses[status] = {"model": model} if model is not None else {"description": "Success"}
    return responses


def operation_extra(spec: RouteSpec) -> dict[str, Any]:
    """What FastAPI cannot know of a route: policy, security, the key's header, and a raw handler's parameters."""
    policy = spec.guard.policy
    extra: dict[str, Any] = {"x-policy": policy.name}
    extra["security"] = [] if policy.is_public else [{"bearer": []}, {"session": []}]
    parameters: list[dict[str, Any]] = []
    if spec.raw:
        parameters += [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in spec.parameters
        ]
        parameters += [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in spec.query
            if name != ANY
        ]
        if spec.body is not None:
            schema = {"$ref": _REFERENCE.format(model=spec.body.__name__)}
            content = {media_type: {"schema": schema} for media_type in spec.guard.accepts}
            extra["requestBody"] = {"required": True, "content": content}
    if spec.guard.keys is not None:
        parameters.append(_KEY_PARAMETER)
    if parameters:
        extra["parameters"] = parameters
    return extra


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            description=app.description,
            routes=app.router.routes,
        )
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update(_further_schemas(app))
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        components["securitySchemes"] = _SECURITY
        app.openapi_schema = document
    return app.openapi_schema


def _errors_of(spec: RouteSpec) -> list[type[DomainError]]:
    guard = spec.guard
    errors: list[type[DomainError]] = [*spec.errors, *guard.policy.errors]
    if not guard.policy.is_public:
        errors += [TokenMissing, TokenInvalid, TokenEnded, AccountDisabled, KeyLimited]
    if spec.method != "GET":
        errors += [BodyTooLarge, BodyUnreadable, BodyTooDeep]
        if guard.sheds:
            errors.append(Overloaded)
    if 202 in (spec.status_code, *spec.replies) and not guard.policy.is_public:
        errors.append(TooManyOperations)
    if guard.share is not None:
        errors.append(guard.share.error)
    if guard.keys is not None:
        errors += [KeyReused, AnswerNotKept]
    return [*errors, RequestInvalid]


def _further_schemas(app: FastAPI) -> dict[str, Any]:
    """Schemas that only raw routes and problem responses name."""
    models: list[type[BaseModel]] = [Problem]
    models += [
        route.spec.body
        for route in app.router.routes
        if isinstance(route, GuardedRoute) and route.spec.body is not None
    ]
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    return dict(definitions["$defs"])
