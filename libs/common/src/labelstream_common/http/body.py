"""Reading a request's body: never more than its limit, never deeper than its limit, JSON or not at all."""

import re
from typing import Any, Final

import orjson
from starlette.requests import Request

from labelstream_common.errors import FieldError
from labelstream_common.http.errors import BodyTooDeep, BodyTooLarge, BodyUnreadable, RequestInvalid
from labelstream_common.http.pointers import pointer_to

DEFAULT_BODY_BYTES: Final = 4 * 1024 * 1024
DEEPEST: Final = 32

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_READ = "labelstream.body"


def body_of(request: Request) -> bytes:
    """The request's body, which the route has read and measured before it called the handler."""
    return bytes(request.scope.get(_READ, b""))


async def read_body(request: Request, limit: int) -> bytes:
    """Reads the body. Raises BodyTooLarge as soon as it is known to be, without reading on."""
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdecimal() and int(declared) > limit:
        raise BodyTooLarge(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit)
        chunks.append(chunk)
    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    request.scope[_READ] = body
    request._body = body
    return body


def parse_json(body: bytes) -> Any:
    """The value of a JSON text. Raises BodyTooDeep or BodyUnreadable."""
    check_depth(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyUnreadable(
            f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from None


def check_empty(value: Any) -> None:
    """Raises RequestInvalid unless the value is an object without fields: all that a route without a body takes."""
    if not isinstance(value, dict):
        raise RequestInvalid("This takes no body, or an empty object.", pointer="")
    if value:
        unknown = [FieldError(pointer_to([name]), "This field is not known.") for name in value]
        raise RequestInvalid("This takes no body, or an empty object.", errors=unknown)


def check_depth(body: bytes, deepest: int = DEEPEST) -> None:
    """Raises BodyTooDeep if brackets nest deeper than `deepest`. Text that is not JSON at all passes."""
    if body.count(b"[") + body.count(b"{") <= deepest:
        return
    depth = 0
    for found in _BRACKETS.finditer(body):
        first = body[found.start()]
        if first in b"[{":
            depth += 1
            if depth > deepest:
                raise BodyTooDeep(deepest)
        elif first in b"]}":
            depth -= 1
