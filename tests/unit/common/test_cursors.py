"""Cursors: what goes in comes out, and nothing else is taken for one."""

import base64
from datetime import UTC, datetime

import pytest

from labelstream_common.mongo import CursorValue, InvalidCursor, decode_cursor, encode_cursor

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 123000, UTC)


@pytest.mark.parametrize("values", [("id",), (1, None, "id"), (0.5, "id"), (MOMENT, "id"), (True, "a/b?c=d", "\u00e9")])
def test_values_come_back_as_they_were(values: tuple[CursorValue, ...]) -> None:
    cursor = encode_cursor("things added", *values)
    assert cursor.isascii()
    assert decode_cursor(cursor, "things added", len(values)) == values


@pytest.mark.parametrize(
    "text",
    [
        encode_cursor("things -added", "id"),
        encode_cursor("others added", "id"),
        encode_cursor("things added", "id", "more"),
        encode_cursor("things added"),
        "",
        "!",
        "bm90IGpzb24",
        base64.urlsafe_b64encode(b'{"things added": "id"}').decode(),
        base64.urlsafe_b64encode(b'["things added", ["id"]]').decode(),
        base64.urlsafe_b64encode(b'["things added", {"at": 1e99}]').decode(),
    ],
)
def test_cursor_of_another_list_order_or_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(text, "things added", 1)


def opaque(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        opaque("[" * 100_000),
        opaque('["order",' + "[" * 500 + "]" * 500 + "]"),
        opaque('["order", 9223372036854775808]'),
        opaque('["order", ' + "9" * 5_000 + "]"),
        opaque('["order", 1e999]'),
        opaque('["order", {"at": 1e300}]'),
        opaque('{"order": 1}'),
        opaque('["order", "\\ud800"]'),
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
        "=",
        "a",
    ],
)
def test_a_cursor_that_nobody_gave_out_is_invalid_whatever_it_holds(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(text, "order", 1)
