"""Historical records, newest first: what they have in common."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from labelstream_common.mongo import InvalidCursor, Page, PageParams, decode_cursor, encode_cursor


class Record(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)


async def newest_first(
    name: str, wanted: PageParams, read: Callable[[str | None, int], Awaitable[Sequence[R]]]
) -> Page[R]:
    """The page of a history that is asked for. `read` gives the records older than an id. Raises InvalidCursor."""
    order = f"{name} -added"
    before: str | None = None
    if wanted.cursor is not None:
        (last,) = decode_cursor(wanted.cursor, order, 1)
        if not isinstance(last, str):
            raise InvalidCursor
        before = last
    found = await read(before, wanted.limit + 1)
    page = found[: wanted.limit]
    return Page(page, encode_cursor(order, page[-1].id) if len(found) > len(page) else None)
