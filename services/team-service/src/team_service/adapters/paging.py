"""Pages in the order of ids, which is the order in which things were added."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from labelstream_common.mongo import Collection, Document, Page, PageParams

T = TypeVar("T")


async def page_by_id(
    collection: Collection, condition: Mapping[str, Any], wish: PageParams, read: Callable[[Document], T]
) -> Page[T]:
    """At most `wish.limit` rows after the cursor, none if that is 0. Raises InvalidCursor."""
    direction = -1 if wish.newest_first else 1
    name = collection.name
    wanted: Mapping[str, Any] = condition
    last = wish.after(name)
    if last is not None:
        wanted = {"$and": [condition, {"_id": {"$lt" if wish.newest_first else "$gt": last}}]}
    found = await collection.find(wanted).sort("_id", direction).limit(wish.limit + 1).to_list(wish.limit + 1)
    rows = found[: wish.limit]
    if len(found) <= wish.limit:
        return Page([read(row) for row in rows], None)
    return Page([read(row) for row in rows], wish.cursor_after(name, rows[-1]["_id"] if rows else _before_all(wish)))


def _before_all(wish: PageParams) -> str:
    """A place before every id in the order of `wish`."""
    return "\U0010ffff" if wish.newest_first else ""
