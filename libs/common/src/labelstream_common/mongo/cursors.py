"""Keyset cursors: where a page ended, as the values it was sorted by. Never an offset.

A cursor names a place between two keys, so it stays right while rows come and go around it.
"""

import base64
import binascii
import math
from collections.abc import Sequence
from dataclasses import dataclass
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


DEFAULT_LIMIT, MOST = 100, 1000


@dataclass(frozen=True, slots=True)
class PageParams:
    """Which page of a list is asked for. `sort`: a field, with `-` in front the other way round."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    sort: str = "added"

    @property
    def newest_first(self) -> bool:
        return self.sort == "-added"

    def after(self, name: str) -> str | None:
        """The id that the page before of the list `name`, in the order of ids, ended with. Raises InvalidCursor."""
        if self.cursor is None:
            return None
        (last,) = decode_cursor(self.cursor, f"{name} {self.sort}", 1)
        if not isinstance(last, str):
            raise InvalidCursor
        return last

    def cursor_after(self, name: str, last: str) -> str:
        """The cursor of the page of that list which goes on after the id `last`."""
        return encode_cursor(f"{name} {self.sort}", last)


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
