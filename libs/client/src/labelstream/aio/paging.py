"""Walks a list page by page behind its cursor."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, QueryValue
from labelstream.models import Page

T = TypeVar("T")


async def every(
    transport: AsyncTransport,
    path: str,
    into: type[Page[T]],
    query: Mapping[str, QueryValue] | None = None,
    *,
    page_size: int = 1000,
) -> AsyncIterator[T]:
    """Each element of a list, in its order; nothing that is there throughout is skipped or repeated."""
    cursor: str | None = None
    while True:
        asked = {**(query or {}), "limit": page_size, "cursor": cursor}
        page = await transport.send(Call("GET", path, into, query=asked))
        for element in page.items:
            yield element
        if page.next_cursor is None:
            return
        cursor = page.next_cursor
