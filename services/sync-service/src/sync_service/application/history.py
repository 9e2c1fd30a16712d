"""Historical records, newest first: what they have in common."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from labelstream_common.mongo import InvalidCursor, Page, PageParams, decode_cursor, encode_cursor


class Record(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def weight(self) -> int:
        """About how many bytes of a reply it takes."""
        ...


PAGE_BYTES = 4_000_000

R = TypeVar("R", bound=Record)


def within_bytes(records: Sequence[Record]) -> int:
    """How many, from the first, have 4 MB as clients see them; at least one if there is any."""
    size = 0
    for count, record in enumerate(records):
        size += record.weight
        if size > PAGE_BYTES and count:
            return count
    return len(records)


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
    page = found[: within_bytes(found[: wanted.limit])]
    return Page(page, encode_cursor(order, page[-1].id) if len(found) > len(page) else None)
