"""What all answers of the gateway have in common.

Fields that a newer server adds are ignored, fields that an older one lacks take their default.
"""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Common shape of every answer: frozen, keyword-only, comparable."""


class Page(Reply, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next_cursor` is None on the last."""

    items: list[T]
    next_cursor: str | None = None
