"""Whole numbers in headers and query strings, however many digits somebody sends."""

from typing import Final

LARGEST: Final = 2**53 - 1
"""What every JSON reader keeps exactly; it also fits 64 bits."""
_MOST_DIGITS = 16


def whole_number(text: str | None, most: int = LARGEST) -> int | None:
    """The number from 0 to `most` that plain ASCII digits spell; None for anything else.

    A longer number is given as `most + 1`, so that it can be told from what is no number at all.
    """
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return most + 1
    return min(int(digits or "0"), most + 1)
