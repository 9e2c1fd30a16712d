"""One OpenAPI document made of the services' own.

Equal schemas become one. Where two services mean different things by one name, the later keeps it with its service's
name before it. A path that several serve alike (an operation's, say) is described once.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]
_SCHEMAS = "#/components/schemas/"


def merge(documents: Mapping[str, Document], *, version: str) -> Document:
    """`documents` by service name. The result is sorted by path, so that equal input gives equal output."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    tags: dict[str, Any] = {}
    operation_ids: set[str] = set()
    for service, document in documents.items():
        renamed = _with_free_names(service, document, components.get("schemas", {}))
        for kind, named in renamed.get("components", {}).items():
            components.setdefault(kind, {}).update(named)
        for path, operations in renamed.get("paths", {}).items():
            for method, operation in operations.items():
                if method not in paths.setdefault(path, {}):
                    paths[path][method] = _with_free_id(operation, service, operation_ids)
        for tag in renamed.get("tags", ()):
            tags.setdefault(tag["name"], tag)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Labelstream gateway API",
            "version": version,
            "description": "Label images at scale; every label change becomes one ordered, replayable event.",
        },
        "servers": [{"url": "/"}],
        "tags": list(tags.values()),
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())},
    }


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
