"""Where in a request an error is, as a JSON pointer (RFC 6901).

`/labels/0/name` in a body; a parameter of the path, the query or a header is `/` and its name.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from labelstream_common.errors import FieldError

_MOST = 100
_ORIGINS = frozenset({"body", "query", "path", "header", "cookie"})
_MSGSPEC_STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+|\.\.\.)\]")


def pointer_to(steps: Sequence[str | int]) -> str:
    """The pointer of a path of names and indexes; empty for the whole document."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def field_errors(errors: Sequence[Any], *, of_body: bool = False) -> list[FieldError]:
    """Pydantic's errors as field errors. What was sent is not repeated: it may be a secret.

    `of_body`: the locations begin in the body, and not with the word for a part of the request.
    """
    return [
        FieldError(pointer_to(error["loc"]) if of_body else _pointer_of(error["loc"]), _sentence(error))
        for error in errors[:_MOST]
    ]


def field_error_of_msgspec(error: msgspec.MsgspecError) -> FieldError:
    """A msgspec error (`Expected …, got … - at `$.labels[0].name``) as a field error."""
    message, _, where = str(error).partition(" - at `$")
    steps = [name or index for name, index in _MSGSPEC_STEP.findall(where)]
    unknown = re.search(r"unknown field `(.+)`|missing required field `(.+)`", message)
    if unknown:
        steps.append(unknown.group(1) or unknown.group(2))
    return FieldError(pointer_to(steps), message)


def _pointer_of(location: Sequence[str | int]) -> str:
    steps = location[1:] if location and location[0] in _ORIGINS else location
    return pointer_to(steps)


def _sentence(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "This field is not known."
        case "missing":
            return "This field is required."
        case _:
            return str(error["msg"]).removeprefix("Value error, ")
