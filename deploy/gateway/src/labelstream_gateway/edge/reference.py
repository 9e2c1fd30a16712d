"""The reference page: the OpenAPI document as plain HTML that asks no other host for anything and runs no script."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from labelstream_gateway.routing import API

_METHODS = ("get", "post", "put", "patch", "delete")
_OTHER = "other"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="stylesheet" href="{api}/docs/assets/reference.css">
</head>
<body>
<main>
<h1>{title} {version}</h1>
<p>{about}</p>
<p>For programs: <a href="{api}/openapi.json">openapi.json</a>. Sign in with <code>POST {api}/auth/login</code> and send
<code>Authorization: Bearer &lt;token&gt;</code>.</p>
{sections}
<h2>Schemas</h2>
{schemas}
</main>
</body>
</html>
"""


def render(document: Mapping[str, Any]) -> str:
    info = document["info"]
    schemas = document.get("components", {}).get("schemas", {})
    sections = "".join(_section(tag, operations) for tag, operations in _by_tag(document).items())
    return _PAGE.format(
        api=API,
        title=escape(info["title"]),
        version=escape(info["version"]),
        about=escape(info.get("description", "")),
        sections=sections,
        schemas="".join(_schema(name, schemas[name]) for name in sorted(schemas)),
    )


def _by_tag(document: Mapping[str, Any]) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                tag = (methods[method].get("tags") or [_OTHER])[0]
                tags.setdefault(tag, []).append(_operation(method, path, methods[method]))
    return dict(sorted(tags.items()))


def _section(tag: str, operations: Iterable[str]) -> str:
    return f"<h2>{escape(tag)}</h2>{''.join(operations)}"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    summary = escape(operation.get("summary", ""))
    responses = _responses(operation.get("responses", {}))
    return (
        f'<details><summary><span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="quiet">{summary}</span></summary>'
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"{_parameters(operation.get('parameters', ()))}{_body(operation)}{responses}</details>"
    )


def _parameters(parameters: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            f"<code>{escape(each['name'])}</code>",
            escape(each["in"]) + (", required" if each.get("required") else ""),
            _type_of(each.get("schema", {})),
            escape(each.get("description", "")),
        )
        for each in parameters
    ]
    return _table(("parameter", "in", "type", "meaning"), rows)


def _body(operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    rows = [(escape(kind), _type_of(media.get("schema", {}))) for kind, media in content.items()]
    return _table(("body", "type"), rows)


def _responses(responses: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (
            escape(status),
            escape(response.get("description", "")),
            ", ".join(_type_of(media.get("schema", {})) for media in response.get("content", {}).values()),
        )
        for status, response in sorted(responses.items())
    ]
    return _table(("answer", "meaning", "type"), rows)


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            f"<code>{escape(field)}</code>" + (" required" if field in required else ""),
            _type_of(about),
            escape(about.get("description", "")),
        )
        for field, about in schema.get("properties", {}).items()
    ]
    fields = _table(("field", "type", "meaning"), rows) or f"<p>{_type_of(schema)}</p>"
    about = escape(schema.get("description", ""))
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><p>{about}</p>{fields}</details>'
    )


def _type_of(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(_type_of(each) for each in schema[choice])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type_of(schema.get('items', {}))}"
    limits = [f"{name} {schema[name]}" for name in ("minimum", "maximum", "minLength", "maxLength") if name in schema]
    kind = " ".join(part for part in (schema.get("format"), str(schema.get("type", "any"))) if part)
    return escape(", ".join((kind, *limits)))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not lines:
        return ""
    return "<table><tr>" + "".join(f"<th>{name}</th>" for name in head) + f"</tr>{lines}</table>"
