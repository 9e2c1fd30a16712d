# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Walks a list page by page behind its cursor."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from labelstream.blocking.transport import Transport
from labelstream.calls import Call, QueryValue
from labelstream.models import Page

T = TypeVar("T")


def every(
    transport: Transport,
    path: str,
    into: type[Page[T]],
    query: Mapping[str, QueryValue] | None = None,
    *,
    page_size: int = 1000,
) -> Iterator[T]:
    """Each element of a list, in its order; nothing that is there throughout is skipped or repeated."""
    cursor: str | None = None
    while True:
        asked = {**(query or {}), "limit": page_size, "cursor": cursor}
        page = transport.send(Call("GET", path, into, query=asked))
        for element in page.items:
            yield element
        if page.next_cursor is None:
            return
        cursor = page.next_cursor
