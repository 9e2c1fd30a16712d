"""One OpenAPI document made of the services' own.

Equal schemas become one. Where two services mean different things by one name, the later keeps it with its service's
name before it. A path that several serve alike (an operation's, say) is described once.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from labelstream_gateway.edge.examples import with_examples

Document = dict[str, Any]
_SCHEMAS = "#/components/schemas/"
_ABOUT = """Label images at scale. Every label change becomes one ordered, replayable event.

- **Sign in** with `POST /auth/login` and send `Authorization: Bearer <token>`, or make an API key and exchange it with
  `POST /auth/token`. Browsers use a cookie session; changing requests then carry `X-CSRF-Token`.
- **Lists** come page by page: `limit` and `cursor`, answered with `items` and `next_cursor`.
- **Repeat safely**: every `POST`, `PATCH` and `DELETE` takes an `Idempotency-Key`. 401, 429 and 503 mean that nothing
  was done.
- **Long work** answers 202 with an operation; ask `GET /operations/{id}` how far it is.
- **Errors** are `application/problem+json` with a stable `code`.
"""
_TAGS = {
    "sign-in": "Access tokens, cookie sessions, forgotten passwords, the keys that tokens are signed with",
    "me": "The caller's own account, API keys, sessions and preferences",
    "accounts": "Everybody who can sign in",
    "teams": "Standing groups of people that can be put on jobs together",
    "invitations": "Joining by a link",
    "sources": "Object stores, and who may use them",
    "datasets": "Named sets of images that lie under one source",
    "samples": "The images of a dataset, their bytes, uploads, deletion",
    "synchronization": "Comparing a dataset with the objects under its source",
    "jobs": "Labeling jobs, their life and progress",
    "annotators": "Who works in a job, in which role",
    "labels": "The label set of a job",
    "items": "The images of a job with their labels, and counts over them",
    "annotations": "Giving, taking and confirming labels",
    "predictions": "What models propose",
    "acceptances": "Owners judge a random sample and decide by it",
    "changes": "All that happens to a job, in order; undo",
    "history": "What a job was at an earlier time",
    "operations": "Long work in progress",
}
"""In the order in which the reference shows them."""


def merge(documents: Mapping[str, Document], *, version: str) -> Document:
    """`documents` by service name. The result is sorted by path, so that equal input gives equal output."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    operation_ids: set[str] = set()
    for service, document in documents.items():
        renamed = _with_free_names(service, document, components.get("schemas", {}))
        for kind, named in renamed.get("components", {}).items():
            components.setdefault(kind, {}).update(named)
        for path, operations in renamed.get("paths", {}).items():
            for method, operation in operations.items():
                if method not in paths.setdefault(path, {}):
                    paths[path][method] = with_examples(_with_free_id(operation, service, operation_ids))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Labelstream gateway API",
            "version": version,
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "tags": _tags(paths),
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())},
    }


def _tags(paths: Mapping[str, Any]) -> list[dict[str, str]]:
    used = {
        tag for operations in paths.values() for operation in operations.values() for tag in operation.get("tags", ())
    }
    told = [{"name": name, "description": about} for name, about in _TAGS.items() if name in used]
    return [*told, *({"name": name} for name in sorted(used - _TAGS.keys()))]


def _with_free_names(service: str, document: Document, taken: Mapping[str, Any]) -> Document:
    schemas = document.get("components", {}).get("schemas", {})
    clashes = [name for name, schema in schemas.items() if name in taken and taken[name] != schema]
    if not clashes:
        return document
    free = _free_names(service, clashes, {*taken, *schemas})
    text = json.dumps(document)
    # The mark, which JSON text never holds as it is, keeps a new name from being renamed in its turn.
    for name, other in free.items():
        text = text.replace(f'"{_SCHEMAS}{name}"', f'"{_SCHEMAS}\N{NULL}{other}"')
    renamed: Document = json.loads(text.replace("\N{NULL}", ""))
    named = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {free.get(name, name): schema for name, schema in named.items()}
    return renamed


def _free_names(service: str, clashes: Iterable[str], taken: set[str]) -> dict[str, str]:
    prefix = service.removesuffix("-service").capitalize()
    free: dict[str, str] = {}
    for name in clashes:
        other = f"{prefix}{name}"
        while other in taken:
            other = f"{other}2"
        taken.add(other)
        free[name] = other
    return free


def _with_free_id(operation: Any, service: str, taken: set[str]) -> Any:
    if not isinstance(operation, dict) or "operationId" not in operation:
        return operation
    name = operation["operationId"]
    if name in taken:
        name = f"{service.removesuffix('-service')}_{name}"
    taken.add(name)
    return {**operation, "operationId": name}
