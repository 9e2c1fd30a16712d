"""Keyset cursors: where a page ended, as the values it was sorted by. Never an offset.

A cursor names a place between two keys, so it stays right while rows come and go around it.
"""

import base64
import binascii
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import orjson

from labelstream_common.errors import Invalid

CursorValue: TypeAlias = str | int | float | bool | datetime | None
T = TypeVar("T")

_BEYOND_64_BITS = 2**63


class InvalidCursor(Invalid):
    code = "invalid-cursor"

    def __init__(self) -> None:
        super().__init__("The cursor does not belong to this list.", pointer="/cursor")


class Page(NamedTuple, Generic[T]):
    """Some rows, and the cursor that the next page begins after (None: this was the last)."""

    items: Sequence[T]
    next_cursor: str | None


def encode_cursor(order: str, *values: CursorValue) -> str:
    """The values of the last row's sort keys as opaque text, safe in a URL.

    `order` names the list and how it is sorted: a place in one order is none in another.
    """
    return encode_opaque(
        [order, *({"at": value.timestamp() * 1000} if isinstance(value, datetime) else value for value in values)]
    )


def decode_cursor(text: str, order: str, arity: int) -> tuple[CursorValue, ...]:
    """The `arity` values that `encode_cursor` was given. Raises InvalidCursor if `text` is no cursor of this order."""
    plain = decode_opaque(text)
    if not isinstance(plain, list) or len(plain) != 1 + arity or plain[0] != order:
        raise InvalidCursor
    return tuple(_value(item) for item in plain[1:])


def encode_opaque(plain: object) -> str:
    """A value of JSON as text that is safe in a URL and says nothing to a reader."""
    return base64.urlsafe_b64encode(orjson.dumps(plain)).rstrip(b"=").decode()


def decode_opaque(text: str) -> Any:
    """What `encode_opaque` was given. Raises InvalidCursor if `text` was made by nobody, however deep its brackets."""
    try:
        return orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error


def _value(item: object) -> CursorValue:
    if isinstance(item, dict):
        match item:
            case {"at": int() | float() as milliseconds} if len(item) == 1:
                try:
                    return datetime.fromtimestamp(milliseconds / 1000, UTC)
                except (ValueError, OverflowError, OSError) as error:
                    raise InvalidCursor from error
        raise InvalidCursor
    if isinstance(item, float) and not math.isfinite(item):
        raise InvalidCursor
    if isinstance(item, int) and not -_BEYOND_64_BITS <= item < _BEYOND_64_BITS:
        raise InvalidCursor
    if item is None or isinstance(item, str | int | float):
        return item
    raise InvalidCursor
