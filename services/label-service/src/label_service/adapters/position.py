"""The place in a list after its first so many items, found by reading the keys of an index and no item."""

from typing import Any

from label_service.adapters.item_queries import Leg, Place, Query, cursor_after, legs_of
from label_service.adapters.item_walk import Look, walk
from label_service.domain.filters import Sort
from labelstream_common.mongo import Collection

_ROWS_AT_ONCE = 250


async def cursor_behind(
    items: Collection, job_id: str, query: Query, look: Look, sort: Sort, *, offset: int
) -> str | None:
    """The cursor of the page that begins after `offset` items; None if there are not so many.

    It takes longer the farther the place is: a million keys take about a second. Not for the order of paths, which
    no index of the items has.
    """
    left = offset
    for leg in legs_of(job_id, query, sort, Place()):
        last, seen = await _nth(items, leg, look, sort, left)
        if last is not None:
            return cursor_after(sort, leg, last)
        left -= seen
    return None


async def _nth(items: Collection, leg: Leg, look: Look, sort: Sort, wanted: int) -> tuple[dict[str, Any] | None, int]:
    """The `wanted`th row of a leg, or None and how many there are."""
    if look.is_needless:
        fields = {"_id": 1} if sort.field == "added" else {"_id": 1, sort.field: 1}
        found = await items.find(leg.query, fields).sort(leg.sort).skip(wanted - 1).limit(1).to_list(1)
        return (found[0], wanted) if found else (None, int(await items.count_documents(leg.query)))
    seen = 0
    async for row in walk(items, leg.query, leg.sort, look, wanted=_ROWS_AT_ONCE, limited=False):
        seen += 1
        if seen == wanted:
            return row, seen
    return None, seen
